// Writes what the browser sees of a report into the page, for run.sh to read.
addEventListener("load", () => {
  const images = [...document.images];
  const banner = document.querySelector(".banner");
  const link = banner && banner.querySelector("a[href^='#']");
  const target = link && document.getElementById(link.getAttribute("href").slice(1));
  const seen = {
    title: document.title,
    images: images.length,
    broken: images.filter((image) => !image.complete || image.naturalWidth === 0).length,
    overflow: Math.max(0, document.documentElement.scrollWidth - innerWidth),
    banner: banner ? 1 : 0,
    target: target ? 1 : 0,
    notrun: /not run/i.test(document.body.innerText) ? 1 : 0,
  };
  const note = document.createElement("pre");
  note.textContent =
    "measured: " + Object.entries(seen).map(([key, value]) => `${key}=${value}`).join(" ");
  document.body.append(note);
});
