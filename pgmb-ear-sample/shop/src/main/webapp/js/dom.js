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
  const keys = new Set(items.map((item) => String(key(item))));
  // First of all: an element that has to move because of them would lose the focus.
  before.forEach((element, id) => keys.has(id) || element.remove());
  let next = parent.firstElementChild;
  for (const item of items) {
    const id = String(key(item));
    const element = before.get(id) ?? created(create(item), id, !isFirst);
    update(element, item);
    if (element === next) {
      next = next.nextElementSibling;
    } else {
      parent.insertBefore(element, next);
    }
  }
}

function created(element, id, isNew) {
  element.dataset.key = id;
  element.classList.toggle('new', isNew);
  return element;
}
