// A browser keeps a copy of each notebook that was opened in it. A copy that nobody has changed
// follows the site; the reader of any other is asked, and what is there is kept in either case.

const KEPT = "old_answers";

const sources = (notebook) =>
  notebook.cells.map((cell) => [cell.source].flat().join("")).join("\u0000");

function digest(text) {
  let sum = 5381;
  for (const sign of text) sum = (Math.imul(sum, 33) ^ sign.codePointAt(0)) >>> 0;
  return `${text.length}-${sum}`;
}

async function followSite(app, panel) {
  const path = panel.context.path;
  const answer = await fetch(new URL(`../files/${path}`, location), { cache: "no-cache" });
  if (!answer.ok) return; // the reader's own notebook
  const published = await answer.json();
  await panel.context.ready;
  const key = `course-version:${path}`; // the version of the site that the copy was made of
  const [theirs, mine] = [published, panel.context.model.toJSON()].map((one) =>
    digest(sources(one)),
  );
  const origin = localStorage.getItem(key) ?? mine;
  if (mine === theirs || origin === theirs) {
    localStorage.setItem(key, theirs);
  } else if (mine === origin && localStorage.getItem(key)) {
    await replace(panel, published);
    localStorage.setItem(key, theirs);
    tell(app, "This notebook has a new version on the site. You had changed nothing, so it is open.");
  } else {
    ask(app, panel, published, () => localStorage.setItem(key, theirs));
  }
}

async function replace(panel, published) {
  panel.context.model.fromJSON(published);
  await panel.context.save();
}

const tell = (app, message, actions) =>
  app.commands.execute("apputils:notify", {
    message,
    type: "info",
    options: { autoClose: false, actions },
  });

function ask(app, panel, published, settle) {
  const contents = app.serviceManager.contents;
  const { path } = panel.context;
  const [keep, take] = [`course:keep-mine:${path}`, `course:take-new-version:${path}`];
  const commands = {
    [keep]: settle,
    [take]: async () => {
      const [folder, name] = path.split(/\/(?=[^/]*$)/);
      const when = new Date().toISOString().slice(0, 19).replace("T", "_").replaceAll(":", "-");
      const kept = `${folder}/${KEPT}/${name.replace(/\.ipynb$/, "")}_${when}.ipynb`;
      await contents.save(`${folder}/${KEPT}`, { type: "directory" });
      const content = panel.context.model.toJSON();
      await contents.save(kept, { type: "notebook", format: "json", content });
      await replace(panel, published);
      settle();
      tell(app, `The new version is open. Yours is kept in ${kept}.`);
    },
  };
  for (const [name, execute] of Object.entries(commands)) {
    asked.get(name)?.dispose();
    asked.set(name, app.commands.addCommand(name, { execute }));
  }
  tell(app, "This notebook has a new version on the site. Here lies your own copy, with your work.", [
    { label: "Keep mine", commandId: keep },
    { label: "Take the new one", commandId: take, caption: `Your copy is kept in ${KEPT}` },
  ]);
}

const asked = new Map();

addEventListener("load", async () => {
  while (!window.jupyterapp) await new Promise((later) => setTimeout(later, 100));
  const app = window.jupyterapp;
  await app.restored;
  const seen = new Set();
  const look = () => {
    const panel = app.shell.currentWidget;
    if (!panel?.context?.path?.endsWith(".ipynb") || seen.has(panel)) return;
    seen.add(panel);
    followSite(app, panel).catch((error) => console.error("followSite", error));
  };
  app.shell.currentChanged.connect(look);
  look();
});
