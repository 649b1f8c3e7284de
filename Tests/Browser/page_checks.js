// What every page of ours has to satisfy, as a list of complaints; run in the page.
(() => {
  const complaints = [];
  const root = document.documentElement;
  if (!root.lang) complaints.push("no language is declared");
  if (!document.title.trim()) complaints.push("no title");
  if (document.querySelectorAll("h1").length !== 1) complaints.push("not exactly one h1");
  if (!document.querySelector("main")) complaints.push("no main landmark");
  if (root.scrollWidth > innerWidth)
    complaints.push(`scrolls sideways: ${root.scrollWidth} px in ${innerWidth} px`);

  const visible = (element) =>
    element.getClientRects().length > 0 && getComputedStyle(element).visibility === "visible";
  const describe = (element) => element.outerHTML.slice(0, 80);
  for (const field of document.querySelectorAll("input, select, textarea")) {
    if (["hidden", "submit", "button"].includes(field.type)) continue;
    const named = field.labels.length > 0 || field.getAttribute("aria-label")
      || field.getAttribute("aria-labelledby");
    if (!named) complaints.push(`no label: ${describe(field)}`);
  }
  for (const control of document.querySelectorAll("a, button")) {
    if (visible(control) && !control.textContent.trim() && !control.getAttribute("aria-label"))
      complaints.push(`no name: ${describe(control)}`);
  }
  for (const image of document.querySelectorAll("img:not([alt])"))
    complaints.push(`no alternative text: ${describe(image)}`);

  // WCAG 2.2, 1.4.3: 4.5 to 1, or 3 to 1 for large text.
  const numbers = (color) => (color.match(/[\d.]+/g) || []).map(Number);
  const luminance = (color) => {
    const [r, g, b] = numbers(color).slice(0, 3).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const opaque = (color) => numbers(color).length === 3 || numbers(color)[3] === 1;
  const background = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if (opaque(color)) return color;
    }
    const dark = matchMedia("(prefers-color-scheme: dark)").matches
      && getComputedStyle(root).colorScheme.includes("dark");
    return dark ? "rgb(18, 18, 18)" : "rgb(255, 255, 255)";
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.textContent.trim() || !visible(element) || element.closest(":disabled")) continue;
    const style = getComputedStyle(element);
    if (!opaque(style.color) || !style.color.startsWith("rgb")) continue;
    const pair = [luminance(style.color), luminance(background(element))].sort((a, b) => b - a);
    const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5))
      complaints.push(`contrast ${ratio.toFixed(2)}: ${node.textContent.trim().slice(0, 40)}`);
  }
  return complaints;
})()
