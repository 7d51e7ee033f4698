// One slide at a time, by keyboard or by the buttons. Without this script all slides stand below
// each other. The address ends with the number of the slide, so that a slide can be linked.
"use strict";
(() => {
  const slides = [...document.querySelectorAll(".slide")];
  const words = document.getElementById("words");

  const here = () => Math.min(slides.length, Math.max(1, Number.parseInt(location.hash.slice(1), 10) || 1));
  const go = (number) => location.replace(`#${Math.min(slides.length, Math.max(1, number))}`);
  function show() {
    slides.forEach((slide, n) => slide.classList.toggle("here", n + 1 === here()));
    if (document.activeElement.closest(".slide")) document.activeElement.blur();
    scrollTo(0, 0);
    fit();
  }
  // A figure with controls that is higher than the window gets smaller.
  function fit() {
    const page = document.documentElement;
    for (const player of slides[here() - 1].querySelectorAll("[data-player]")) {
      player.style.zoom = "";
      for (let again = 0; again < 2 && innerWidth >= 1100; again += 1) {
        const over = page.scrollHeight - innerHeight, high = player.getBoundingClientRect().height;
        if (over <= 0) break;
        const zoom = Number(getComputedStyle(player).zoom) || 1;
        player.style.zoom = Math.max(0.5, (zoom * (high - over)) / high);
      }
    }
  }
  function toggleWords() {
    const without = document.body.classList.toggle("without-words");
    words.setAttribute("aria-pressed", String(!without));
  }
  function toggleFullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen();
  }

  const next = () => go(here() + 1);
  const back = () => go(here() - 1);
  const keys = {
    ArrowRight: next, PageDown: next, " ": next, ArrowLeft: back, PageUp: back,
    Home: () => go(1), End: () => go(slides.length), w: toggleWords, f: toggleFullScreen,
  };
  // A presenter's remote control sends these, wherever the focus is.
  const always = ["PageDown", "PageUp"];
  addEventListener("keydown", (event) => {
    const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const control = event.target.closest("button, input, select, textarea");
    if (event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, name)) return;
    if (control && !always.includes(name)) return; // the arrows move the slider of a figure
    event.preventDefault();
    keys[name]();
  });
  addEventListener("hashchange", show);
  addEventListener("resize", fit);
  addEventListener("load", fit); // the pictures have their sizes then
  document.getElementById("next").addEventListener("click", next);
  document.getElementById("back").addEventListener("click", back);
  words.addEventListener("click", toggleWords);
  document.querySelector("nav").hidden = false;
  document.body.classList.add("one");
  show();
})();
