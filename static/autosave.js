/**
 * Drafts: sent after 250 ms of rest and at most once a second; kept in this browser until the server has them.
 *
 * A text area with data-autosave="ADDRESS" data-draft="KEY" data-revision="N" posts text and revision as a form.
 * The server answers 200 {revision}, 409 {revision, text} when the draft was changed elsewhere,
 * or any other 4xx {error} when it will not take the text. An element with data-draft-done="KEY" ends a draft.
 */

const REST_MS = 250;
const SPACING_MS = 1000;
const RETRY_MS = [2000, 5000, 10000, 30000];
const storageKey = (draft) => `chokepoint:draft:${location.host}:${draft}`;

const shelf = {
  read(draft) {
    try { return JSON.parse(localStorage.getItem(storageKey(draft))); } catch { return null; }
  },
  keep(draft, value) {
    try { localStorage.setItem(storageKey(draft), JSON.stringify(value)); } catch { /* full or switched off */ }
  },
  clear(draft) {
    try { localStorage.removeItem(storageKey(draft)); } catch { /* switched off */ }
  },
};

class Draft {
  constructor(area) {
    this.area = area;
    this.key = area.dataset.draft;
    this.address = area.dataset.autosave;
    this.revision = Number(area.dataset.revision);
    this.saved = area.defaultValue;
    this.unanswered = []; // texts that were sent and may have arrived, though no answer came back
    this.sentAt = 0;
    this.failures = 0;
    this.timer = null;
    this.isSending = false;
    this.isStopped = false;
    this.status = document.querySelector(`[data-save-state="${CSS.escape(this.key)}"]`);
    area.addEventListener("input", () => this.changed());
    window.addEventListener("online", () => this.schedule(0));
    document.addEventListener("visibilitychange", () => document.hidden && this.schedule(0));
    this.recover();
  }

  /** The form's own field follows, so that its buttons speak of the same revision as this script. */
  set revision(revision) {
    this.ownRevision = revision;
    const field = this.area.form?.elements.namedItem("revision");
    if (field) field.value = revision;
  }

  get revision() { return this.ownRevision; }

  /** Text that never reached the server: taken up again, or shown beside the server's if that moved on meanwhile. */
  recover() {
    const kept = shelf.read(this.key);
    const typedEarly = this.area.value !== this.saved;
    if (kept && kept.text !== this.saved && !typedEarly) {
      const isOurs = kept.revision === this.revision || kept.unanswered?.includes(this.saved);
      if (!isOurs) return this.conflict({ text: this.saved, revision: this.revision }, kept.text);
      this.area.value = kept.text;
    } else if (kept && kept.text === this.saved) shelf.clear(this.key);
    if (this.area.value !== this.saved) this.changed();
  }

  changed() {
    this.keep(this.area.value);
    if (this.isStopped) return;
    this.say("unsaved", "Not saved yet");
    this.schedule(Math.max(REST_MS, this.sentAt + SPACING_MS - Date.now()));
  }

  keep(text) {
    shelf.keep(this.key, { text, revision: this.revision, unanswered: this.unanswered });
  }

  schedule(delay) {
    clearTimeout(this.timer);
    if (!this.isStopped && this.area.value !== this.saved) this.timer = setTimeout(() => this.send(), delay);
  }

  async send() {
    if (this.isSending || this.isStopped) return;
    const text = this.area.value;
    this.isSending = true;
    this.sentAt = Date.now();
    try {
      const body = new URLSearchParams({ text, revision: this.revision });
      const response = await fetch(this.address, { method: "POST", body, headers: { Accept: "application/json" } });
      await this.answered(response, text);
    } catch {
      this.retry(text);
    } finally {
      this.isSending = false;
    }
    if (this.failures === 0) this.schedule(Math.max(REST_MS, this.sentAt + SPACING_MS - Date.now()));
  }

  async answered(response, text) {
    const reply = await response.json().catch(() => ({}));
    if (response.status >= 500 || (response.ok && !("revision" in reply))) return this.retry(text);
    this.failures = 0;
    if (response.status === 409 && typeof reply.text === "string") {
      if (!this.unanswered.includes(reply.text)) return this.conflict(reply, this.area.value);
      Object.assign(this, { revision: reply.revision, saved: reply.text, unanswered: [] });
      return this.keep(this.area.value);
    }
    if (!response.ok) return this.stop(reply.error ?? "The server did not take this text.");
    Object.assign(this, { revision: reply.revision, saved: text, unanswered: [] });
    if (this.area.value === text) {
      shelf.clear(this.key);
      this.say("saved", "Saved");
    } else this.keep(this.area.value);
  }

  retry(text) {
    const delay = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)];
    this.failures += 1;
    this.unanswered = [...this.unanswered, text].slice(-5);
    this.keep(this.area.value);
    this.say("unsaved", "The server cannot be reached. Your text is kept in this browser and sent again.");
    this.schedule(delay);
  }

  /** Nothing more is sent until the text changes again: too long, or the answer is locked. */
  stop(sentence) {
    this.isStopped = true;
    this.say("refused", `${sentence} Your text is kept in this browser.`);
    this.area.addEventListener("input", () => { this.isStopped = false; this.changed(); }, { once: true });
  }

  /** Both versions stay on the screen until one is chosen. */
  conflict(theirs, mine) {
    this.isStopped = true;
    this.keep(mine);
    this.say("unsaved", "Changed in another tab or on another device");
    document.getElementById(`conflict-${this.key}`)?.remove();
    const box = document.createElement("div");
    box.className = "conflict";
    box.id = `conflict-${this.key}`;
    box.setAttribute("role", "alert");
    const words = document.createElement("p");
    words.textContent = "This draft was changed elsewhere meanwhile. Your text is above, the other one here. Which one stays?";
    const other = document.createElement("textarea");
    other.readOnly = true;
    other.value = theirs.text;
    other.setAttribute("aria-label", "The other version");
    const actions = document.createElement("p");
    actions.className = "actions";
    this.area.value = mine;
    const choose = (label, className, text) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = className;
      button.textContent = label;
      button.addEventListener("click", () => this.settle(box, theirs, text()));
      actions.append(button);
    };
    choose("Keep mine", "btn", () => this.area.value);
    choose("Take the other", "btn quiet", () => theirs.text);
    choose("Keep both, one after the other", "btn quiet", () => `${this.area.value}\n\n${theirs.text}`);
    box.append(words, other, actions);
    this.area.after(box);
  }

  settle(box, theirs, text) {
    box.remove();
    this.isStopped = false;
    this.revision = theirs.revision;
    this.saved = theirs.text;
    this.area.value = text;
    this.area.focus();
    if (text === theirs.text) {
      shelf.clear(this.key);
      this.say("saved", "Saved");
    } else this.changed();
  }

  say(state, words) {
    if (!this.status) return;
    this.status.dataset.state = state;
    this.status.textContent = words;
  }
}

document.querySelectorAll("[data-draft-done]").forEach((end) => shelf.clear(end.dataset.draftDone));
document.querySelectorAll("textarea[data-autosave]").forEach((area) => new Draft(area));
