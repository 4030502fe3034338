export function byId(id) {
  return document.getElementById(id);
}

/** A new copy of what the template holds. */
export function fromTemplate(id) {
  return byId(id).content.firstElementChild.cloneNode(true);
}

/** Leaves the element alone if it says so already: what is focused, selected or read aloud is not disturbed. */
export function say(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/**
 * Makes the children those of the items, in their order, and keeps the elements of items that were there before.
 *
 * @param key gives an item's identity
 * @param create makes an element
 * @param update makes an element show its item
 */
export function show(parent, items, key, create, update) {
  const isFirst = !parent.dataset.shown;
  parent.dataset.shown = 'yes';
  const before = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  let next = parent.firstElementChild;
  for (const item of items) {
    const id = String(key(item));
    let element = before.get(id);
    before.delete(id);
    if (!element) {
      element = create(item);
      element.dataset.key = id;
      element.classList.toggle('new', !isFirst);
    }
    update(element, item);
    if (element === next) {
      next = next.nextElementSibling;
    } else {
      parent.insertBefore(element, next);
    }
  }
  before.forEach((element) => element.remove());
}
