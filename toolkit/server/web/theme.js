// Sets the chosen colours before anything is drawn; without a choice the system's are used.
try {
  const chosen = JSON.parse(localStorage.getItem("playreel.theme"));
  if (chosen) document.documentElement.dataset.theme = chosen;
} catch (error) {
  console.warn("no remembered colours:", error.message);
}
