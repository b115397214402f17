// Telephone numbers as people read them.

const GROUPS = [
  /^(\+44)(20)(\d{4})(\d+)$/,
  /^(\+44)(11\d|1\d1)(\d{3})(\d+)$/,
  /^(\+44)(\d{4})(\d{3})(\d+)$/,
  /^(\+48)(\d{2})(\d{3})(\d{2})(\d+)$/,
  /^(\+49)(\d{2})(\d{5})(\d+)$/,
  /^(\+1)(\d{3})(\d{3})(\d{4})$/,
];

// +442079460800 in groups; any other text as it is.
export function grouped(number) {
  const match = GROUPS.map((rule) => rule.exec(number)).find(Boolean);
  return match ? match.slice(1).join('\u00a0') : number;
}

// With each number in the text in groups.
export function legible(text) {
  return text.replace(/\+\d{7,15}/g, grouped);
}
