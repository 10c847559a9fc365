// Forms marked data-sign are answered with a passkey: ask the server for the statement, have it signed, send both back.
// data-ask: where to ask (default: the form's own address with /ask). Without a passkey in this browser nothing is sent.
"use strict";

const CANCELLED = "No passkey has answered: nothing was signed, and nothing was sent.";
const token = () => JSON.parse(document.body.getAttribute("hx-headers") || "{}");

async function post(address, fields) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", ...token() },
    body: JSON.stringify(fields),
  });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(`${said.message || `The server answered ${answer.status}.`} Next: ${said.next_step || "try again"}.`);
  return said;
}

// The fields of a form as JSON: a checkbox group is a list, an empty field is left out.
function fieldsOf(form, submitter) {
  const fields = {};
  for (const box of form.querySelectorAll("input[type=checkbox]")) fields[box.name] = [];
  for (const [name, value] of new FormData(form, submitter)) {
    if (Array.isArray(fields[name])) fields[name].push(value);
    else if (value !== "") fields[name] = value.replaceAll("\r\n", "\n");
  }
  return fields;
}

async function signed(address, fields) {
  const asked = await post(address, fields);
  const options = PublicKeyCredential.parseRequestOptionsFromJSON(asked.options);
  const answer = await navigator.credentials.get({ publicKey: options });
  return { statement: asked.statement, response: JSON.stringify(answer.toJSON()) };
}

// What must be ticked before this button, and is not.
function forgotten(form, submitter) {
  const wanted = submitter && submitter.value;
  return [...form.querySelectorAll("[data-required-to]")].filter((box) => box.dataset.requiredTo === wanted && !box.checked);
}

async function send(form, fields) {
  if (form.dataset.register) return register(form, fields);
  const answer = await signed(form.dataset.ask || `${form.action}/ask`, fields);
  return post(form.action, { ...answer, ...kept(form) });
}

// Hidden fields marked data-keep go along with the answer too.
function kept(form) {
  return Object.fromEntries([...form.querySelectorAll("[data-keep]")].map((field) => [field.name, field.value]));
}

async function register(form, fields) {
  const options = await post(form.dataset.register, {});
  const made = await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
  const answer = await signed(form.dataset.ask, { ...fields, response: JSON.stringify(made.toJSON()) });
  return post(form.action, answer);
}

function say(outcome, text, bad = false) {
  outcome.className = bad ? "outcome warn" : "outcome";
  outcome.setAttribute("role", bad ? "alert" : "status");
  outcome.textContent = text;
}

const why = (error) => (error.name === "NotAllowedError" ? CANCELLED : error.message);

// Of several passkeys, the one that this browser signed with last; where it keeps nothing, the first.
const LAST = "holdpoint passkey";

function remember(key) {
  try {
    if (key) localStorage.setItem(LAST, key);
  } catch {}
}

function chooseLast() {
  try {
    const last = localStorage.getItem(LAST);
    for (const option of document.querySelectorAll("select[name=key] option")) option.selected ||= option.value === last;
  } catch {}
}

chooseLast();

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-sign]");
  if (!form) return;
  event.preventDefault();
  const outcome = form.querySelector(".outcome");
  const left = forgotten(form, event.submitter);
  if (left.length) {
    say(outcome, `Acknowledge each risk: ${left.length} ${left.length === 1 ? "is" : "are"} left.`, true);
    return left[0].focus();
  }
  if (!window.PublicKeyCredential) return say(outcome, "This browser knows no passkeys. Next: use another, or ./holdpoint on the command line.", true);
  const fields = fieldsOf(form, event.submitter); // before the buttons are switched off, which takes theirs away
  const buttons = [...form.querySelectorAll("button:enabled")];
  say(outcome, "Waiting for your passkey …");
  buttons.forEach((button) => (button.disabled = true));
  try {
    const done = await send(form, fields);
    remember(fields.key);
    window.location.assign(done.at || window.location.pathname);
  } catch (error) {
    say(outcome, why(error), true);
    buttons.forEach((button) => (button.disabled = false));
    if (event.submitter) event.submitter.focus();
  }
});
