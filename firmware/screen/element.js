// Elements, made once and kept up. What is so already is not written again: nothing flickers, no focus is lost.

/** An element with these attributes and children. Strings become text, never markup. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) mark(made, key, value);
  made.append(...children);
  return made;
}

/** Let the attribute be `value`; none where it is false, null or undefined. */
export function mark(node, name, value) {
  if (value === false || value === null || value === undefined) {
    if (node.hasAttribute(name)) node.removeAttribute(name);
  } else if (node.getAttribute(name) !== String(value)) {
    node.setAttribute(name, value);
  }
}

export function write(node, words) {
  if (node.textContent !== words) node.textContent = words;
}

/** Let `nodes` be the children of `parent`, in this order, moving as few as can be. */
export function order(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  let next = parent.firstElementChild;
  for (const node of nodes) {
    if (node === next) next = next.nextElementSibling;
    else parent.insertBefore(node, next);
  }
}
