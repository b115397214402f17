// Fields that people type into: where they are, and what of them a swap must keep.

const NO_TEXT = ["button", "checkbox", "radio", "range", "reset", "submit"].map((type) => `[type=${type}]`);
const TEXT = `input:not(${NO_TEXT}), textarea, select, [contenteditable]:not([contenteditable=false])`;

let composed = null;

export const isField = (element) => element?.closest?.(TEXT) != null;

/** Somebody has a text field in use: letters are theirs. */
export const isTyping = () => isField(document.activeElement);

/** Runs `after` when an input method has finished: a field is not replaced in the middle of it. */
export function startFields(after) {
  document.addEventListener("compositionstart", (event) => {
    composed = event.target;
  });
  document.addEventListener("compositionend", () => {
    composed = null;
    after();
  });
}

export const isComposedIn = (region) => composed !== null && region.contains(composed);

/** What the field with the focus is like, when it is in this region; else null. */
export function fieldIn(region) {
  const field = document.activeElement;
  if (!isField(field) || !region.contains(field)) return null;
  const { id, name, value, selectionStart, selectionEnd, scrollTop } = field;
  return { id, name, value, selectionStart, selectionEnd, scrollTop };
}

/** The same field of the fresh region goes on where that one was left. */
export function restoreField(region, kept) {
  const { id, name, value, selectionStart, selectionEnd, scrollTop } = kept;
  const selector = id ? `#${CSS.escape(id)}` : `[name="${CSS.escape(name ?? "")}"]`;
  const field = region.querySelector(selector);
  if (!field) return;
  if (value !== undefined) field.value = value;
  field.focus({ preventScroll: true });
  if (typeof selectionStart === "number") field.setSelectionRange(selectionStart, selectionEnd);
  field.scrollTop = scrollTop;
}
