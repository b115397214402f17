// Shows and hides the password.
const button = document.querySelector("[data-show]");
const field = document.getElementById("password");

button.addEventListener("click", () => {
  const shown = field.type === "text";
  field.type = shown ? "password" : "text";
  button.setAttribute("aria-pressed", String(!shown));
});
