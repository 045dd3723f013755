// The page: one store, one conversation, and a pane for each thing a person does.

import { SheetShelf } from "./clips/sheets.js";
import { mountComparison } from "./panes/comparison.js";
import { mountCompose } from "./panes/compose.js";
import { mountHistory } from "./panes/history.js";
import { mountPlay } from "./panes/play.js";
import { mountStage } from "./panes/stage.js";
import { mountTop } from "./panes/top.js";
import { tabName } from "./state/settings.js";
import { Store } from "./state/store.js";
import { EMPTY, Studio } from "./state/studio.js";
import { followAddress } from "./panes/address.js";
import { Connection } from "./wire/connection.js";

const store = new Store({ ...EMPTY });
const client = tabName();
const studio = new Studio(store, client);
const shelf = new SheetShelf();
const connection = new Connection({
  client,
  hear: (news) => studio.hear(news),
  tell: (state) => store.change({ connection: state }),
});
studio.connect(connection.core);

const pane = (id) => document.getElementById(id);
mountTop(document.querySelector(".top"), pane("notice"), { store, connection });
mountCompose(pane("compose"), { store, studio, shelf });
mountStage(pane("stage"), { store, studio, shelf });
mountComparison(pane("comparison"), { store, studio, shelf });
mountHistory(pane("history"), { store, studio, shelf });
mountPlay(pane("play"), { store, studio });
followAddress(store);
connection.open();
