// Gives points and comments, by mouse or by keys; each change is saved at once.
"use strict";
(() => {
  const question = Number(document.body.dataset.question);
  const most = Number(document.body.dataset.most);
  const byId = (id) => document.getElementById(id);
  const [list, show, keys, model] = ["comments", "show", "keys", "model"].map(byId);
  const answers = [...document.querySelectorAll(".answer")].map((box) => ({
    box,
    radios: [...box.querySelectorAll("input[type=radio]")],
    text: box.querySelector("textarea"),
    told: box.querySelector(".told"),
    state: box.querySelector(".state"),
    points: box.dataset.points === "" ? null : Number(box.dataset.points), // as saved
    comment: box.querySelector("textarea").value, // as saved
    saving: Promise.resolve(),
    unsaved: 0,
    timer: 0,
  }));
  const pieces = (text) => text.split(/\n\s*\n/).map((piece) => piece.trim()).filter(Boolean);
  const waits = ({ box }) => ["waits", "changed"].includes(box.dataset.state);
  let current = answers.find(waits) ?? answers[0];
  const shared = "shared" in document.body.dataset;
  let opened = null; // the answer of which the others were told
  let taken = new Set(); // numbers of the answers that they have open

  // --- Saving ----------------------------------------------------------------------------------

  // One change of an answer after the other, so that each knows what the one before has saved.
  function save(answer, what, value) {
    answer.unsaved += 1;
    answer.saving = answer.saving.then(() => send(answer, what, value)).finally(() => {
      answer.unsaved -= 1;
    });
    return answer.saving;
  }

  async function send(answer, what, value) {
    const seen = what === "points" ? answer.points : answer.comment;
    if (value === seen && !(what === "points" && answer.box.dataset.state === "changed")) return;
    tell(answer, "saving …");
    let reply;
    try {
      const response = await fetch(what, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ question, answer: Number(answer.box.dataset.number), value, seen }),
      });
      reply = await response.json();
    } catch {
      reply = { now: null, problem: "the command on this computer does not answer; is it still running?" };
    }
    if (reply.now) hold(answer, what, reply.now);
    if (answer.unsaved === 1) choose(answer); // nothing else is on its way
    if (!reply.problem) tell(answer, "saved");
    else if (reply.now && what === "comment") {
      tell(answer, `NOT SAVED: ${reply.problem}. The gradebook's comment is: “${answer.comment}”. To replace it, change yours.`, true);
    } else tell(answer, `NOT SAVED: ${reply.problem}`, true);
  }

  // Nothing that somebody is writing is replaced, and nothing counts as seen that was not shown.
  function hold(answer, what, now) {
    answer.points = now.points;
    if (what === "comment") answer.comment = now.comment;
    else if (answer.text.value === answer.comment) answer.text.value = answer.comment = now.comment;
    answer.box.dataset.state = now.state;
    const [sign, look, words] = {
      marked: ["✓", "good", `${now.points} of ${most}`],
      changed: ["↻", "bad", `${now.points} of ${most}, changed since then`],
      "not answered": ["…", "soft", `not answered: 0 of ${most}`],
    }[now.state] ?? ["◷", "wait", "waits for you"];
    const mark = document.createElement("span");
    mark.className = look;
    mark.textContent = sign;
    answer.state.replaceChildren(mark, ` ${words}`);
    count();
  }

  function choose(answer) {
    for (const radio of answer.radios) radio.checked = Number(radio.value) === answer.points;
  }

  function tell(answer, words, failed = false) {
    answer.told.textContent = words;
    answer.told.classList.toggle("failed", failed);
  }

  function count() {
    const left = answers.filter(waits).length;
    const done = answers.filter(({ box }) => box.dataset.state === "marked").length;
    byId("progress").textContent = `${done} marked, ${left} ${left === 1 ? "waits" : "wait"}, ${answers.length} answers in all`;
  }

  // --- Points ----------------------------------------------------------------------------------

  function give(answer, points) {
    for (const radio of answer.radios) radio.checked = Number(radio.value) === points;
    save(answer, "points", points);
  }

  function step(answer, up) {
    const steps = answer.radios.map((radio) => Number(radio.value));
    const chosen = answer.radios.findIndex((radio) => radio.checked);
    const next = chosen < 0 ? (up ? 0 : steps.length - 1) : chosen + (up ? 1 : -1);
    if (next in steps) give(answer, steps[next]);
  }

  // --- Comments --------------------------------------------------------------------------------

  function write(answer) {
    clearTimeout(answer.timer);
    // While another comment is on its way, the saved one does not say what will be saved.
    if (answer.unsaved || answer.text.value !== answer.comment) save(answer, "comment", answer.text.value);
  }

  function keep(text) {
    const known = [...list.querySelectorAll(".comment")].map((button) => button.textContent);
    for (const piece of pieces(text).filter((one) => !known.includes(one))) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "comment";
      button.textContent = piece;
      const item = document.createElement("li");
      item.append(button);
      list.append(item);
    }
    byId("no-comments").hidden = list.children.length > 0;
  }

  function toggle(answer, piece) {
    const before = pieces(answer.text.value);
    const after = before.includes(piece) ? before.filter((one) => one !== piece) : [...before, piece];
    answer.text.value = after.join("\n\n");
    write(answer);
  }

  // --- Moving ----------------------------------------------------------------------------------

  function see(answer, led = false) {
    current?.box.removeAttribute("aria-current");
    current = answer;
    answer.box.setAttribute("aria-current", "true");
    if (answer !== opened) open(answer, led);
  }

  function go(answer, led = false) {
    if (!answer) return;
    see(answer, led);
    answer.box.focus({ preventScroll: true });
    answer.box.scrollIntoView({ block: "nearest" });
  }

  function beside(by) {
    const shown = answers.filter(({ box }) => !box.hidden);
    return shown[shown.indexOf(current) + by];
  }

  function nextWaiting() {
    const place = answers.indexOf(current);
    const turned = [...answers.slice(place + 1), ...answers.slice(0, place)];
    const waiting = turned.filter((answer) => !answer.box.hidden && !answer.unsaved && waits(answer));
    const next = waiting.find((answer) => !taken.has(answers.indexOf(answer)));
    if (next) go(next, true);
    else tell(current, waiting.length ? "others have open what still waits" : "no other answer waits");
  }

  // --- Several markers -------------------------------------------------------------------------

  // Tells which answer is open here, and learns what others have open and have marked. Who was led to
  // an answer that somebody else has open goes on to the next one.
  async function open(answer, led = false) {
    opened = answer;
    if (!shared) return;
    let reply;
    try {
      const asked = { question, answer: answers.indexOf(answer) };
      const headers = { "Content-Type": "application/json" };
      const response = await fetch("open", { method: "POST", headers, body: JSON.stringify(asked) });
      reply = await response.json();
    } catch {
      return; // what is saved says that the command does not answer
    }
    taken = new Set(reply.others);
    answers.forEach((one, number) => {
      const now = reply.now[number];
      const same = now.points === one.points && now.comment === one.comment && now.state === one.box.dataset.state;
      if (same || one.unsaved) return;
      hold(one, "points", now);
      choose(one);
    });
    if (led && answer === current && taken.has(answers.indexOf(answer))) nextWaiting();
  }

  // --- Events ----------------------------------------------------------------------------------

  const actions = {
    Enter: nextWaiting,
    j: () => go(beside(1)),
    k: () => go(beside(-1)),
    0: () => give(current, 0),
    f: () => give(current, most),
    "+": () => step(current, true),
    "=": () => step(current, true),
    "-": () => step(current, false),
    u: () => give(current, null),
    c: () => current.text.focus(),
    m: () => model && (model.open = !model.open),
  };

  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || !keys.checked) return;
    if (target.matches("textarea")) {
      if (key === "Escape") go(current);
      return;
    }
    if (target.matches("select") || (key === "Enter" && target.matches("a, button, summary"))) return;
    const comment = /^[1-9]$/.test(key) && list.children[Number(key) - 1];
    if (comment) toggle(current, comment.textContent.trim());
    else if (Object.hasOwn(actions, key)) actions[key]();
    else return;
    event.preventDefault();
  });

  for (const answer of answers) {
    answer.box.addEventListener("focusin", () => see(answer));
    for (const radio of answer.radios) {
      radio.addEventListener("change", () => save(answer, "points", Number(radio.value)));
      // A step that is chosen already can be confirmed, after the answer has changed.
      radio.addEventListener("click", () => answer.box.dataset.state === "changed" && save(answer, "points", Number(radio.value)));
    }
    answer.text.addEventListener("input", () => {
      clearTimeout(answer.timer);
      answer.timer = setTimeout(write, 500, answer);
    });
    answer.text.addEventListener("change", () => {
      write(answer);
      keep(answer.text.value);
    });
  }

  list.addEventListener("click", ({ target }) => {
    const button = target.closest(".comment");
    if (button) toggle(current, button.textContent);
  });

  show.addEventListener("change", () => {
    const wanted = show.value;
    for (const { box } of answers) box.hidden = wanted !== "" && !wanted.includes(box.dataset.state);
  });

  const unsaved = () => answers.filter((one) => one.unsaved > 0 || one.text.value !== one.comment);

  window.addEventListener("beforeunload", (event) => {
    if (unsaved().length) event.preventDefault();
  });

  byId("end")?.addEventListener("click", async () => {
    for (const answer of answers) write(answer);
    await Promise.all(answers.map((answer) => answer.saving));
    if (unsaved().length) {
      go(unsaved()[0]);
      return;
    }
    const ended = await fetch("end", { method: "POST" }).then(() => true, () => false);
    const words = document.createElement("p");
    words.textContent = ended
      ? "The marking has ended; everything is saved. You can close this page."
      : "The command had ended before; everything is saved. You can close this page.";
    document.body.replaceChildren(words);
    words.setAttribute("role", "status");
  });

  count();
  if (current) go(current, true);
  if (shared) setInterval(() => current && open(current), 5000);
})();
