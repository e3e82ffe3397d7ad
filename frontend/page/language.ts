// The language links at a page's foot. A browser drops the part after the # when it follows "?lang=de".

for (const link of document.querySelectorAll<HTMLAnchorElement>("a[data-language]")) {
  link.addEventListener("click", (event) => {
    if (!location.hash || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const there = new URL(link.href);
    there.hash = location.hash;
    // In place of this page: the link with its secret stands in the history once, and can be taken out.
    location.replace(there);
  });
}
