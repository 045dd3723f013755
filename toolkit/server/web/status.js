// Says whether the server answers and how many jobs it knows.
const line = document.getElementById("status");
const socket = new WebSocket(`ws://${location.host}/`, "playreel.v1");
let jobs = 0;

socket.onopen = () => {
  socket.send(JSON.stringify({ type: "hello", client: "page", max_frame: 262144 }));
  socket.send(JSON.stringify({ type: "subscribe" }));
};
socket.onmessage = (event) => {
  if (typeof event.data !== "string") return;
  const message = JSON.parse(event.data);
  if (message.type === "snapshot") jobs += message.jobs.length;
  if (message.type === "job.queued") jobs += 1;
  line.textContent = `connected, ${jobs} jobs`;
};
socket.onclose = () => { line.textContent = "the server does not answer"; };
