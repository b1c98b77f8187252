/** The upload of a profile: how far it is, then that it is being read; the answer takes the place of the form. */

function show(form, fraction, words) {
  const area = form.querySelector("[data-progress]");
  const bar = area.querySelector("progress");
  area.hidden = false;
  if (fraction === null) bar.removeAttribute("value");
  else bar.value = fraction;
  area.querySelector("[role=status]").textContent = words;
}

function megabytes(bytes) {
  return `${(bytes / 1048576).toFixed(1)} MiB`;
}

/** The main part of the page that came back; the whole document where it has none. */
function replace(text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const fresh = page.querySelector("main");
  if (!fresh) return false;
  document.querySelector("main").replaceWith(fresh);
  document.title = page.title;
  fresh.focus();
  window.scrollTo(0, 0);
  return true;
}

function send(event) {
  const form = event.target;
  if (!form.matches("[data-profile-upload]")) return;
  event.preventDefault();
  const button = form.querySelector("button");
  const request = new XMLHttpRequest();
  request.upload.addEventListener("progress", (sent) => {
    if (sent.lengthComputable) show(form, sent.loaded / sent.total, `${megabytes(sent.loaded)} of ${megabytes(sent.total)} sent`);
  });
  request.upload.addEventListener("load", () => show(form, null, "The file is being read."));
  request.addEventListener("load", () => {
    if (!replace(request.responseText)) form.submit();
  });
  request.addEventListener("error", () => {
    button.disabled = false;
    show(form, 0, "The upload broke off. The file may be too large for this server, or the connection was lost.");
  });
  button.disabled = true;
  show(form, 0, "Sending.");
  request.open("POST", form.action);
  request.send(new FormData(form));
}

document.addEventListener("submit", send); // the form comes anew with every answer
