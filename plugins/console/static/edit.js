// The edit page: show the plan that a changed request makes, whole and as text, before it is signed (sign.js).
"use strict";

function made(name, ...content) {
  const element = document.createElement(name);
  element.append(...content);
  return element;
}

function fill(name, content) {
  const place = document.querySelector(`[data-fill="${name}"]`);
  place.replaceChildren(...(Array.isArray(content) ? content.map((each) => made("li", each)) : [content]));
}

const listed = (lines) => made("ul", ...lines.map((line) => made("li", line)));

// One guard field: as observed, or as an earlier step leaves it.
const guarded = (guard) => `${guard.field.replaceAll("_", " ")}: ${guard.after_step ? `as step ${guard.after_step} leaves it` : JSON.stringify(guard.value)}`;

function described(step, planned) {
  const checks = step.expectations.map((each) => `${each.says}, within ${each.within_s} s${each.already_true ? " (true already: finding it proves nothing)" : ""}`);
  const rows = [
    ["Target", `${step.target} of ${step.service}`],
    ["Only where", listed(planned.guard.map(guarded))],
    ["Checked after", listed(checks)],
    ["Undo", step.undo],
    ["Parameters", JSON.stringify(planned.params)],
  ];
  const list = made("dl", ...rows.flatMap(([term, said]) => [made("dt", term), made("dd", said)]));
  const whole = document.createDocumentFragment();
  whole.append(made("h4", step.says), list);
  return whole;
}

function show(drafted) {
  const view = drafted.view;
  fill("title", view.title);
  fill("reason", view.reason);
  fill("risk", `${view.risk}: ${view.risk_reasons.join("; ")}`);
  fill("digest", drafted.digest);
  fill("steps", view.steps.map((step, index) => described(step, view.plan.steps[index])));
  fill("callouts", view.callouts.map((callout) => callout.says));
  fill("deciders", [...view.deciders, ...view.clocks]);
  const section = document.getElementById("drafted");
  section.querySelector("[name=plan]").value = drafted.plan;
  section.hidden = false;
  section.focus();
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-draft]");
  if (!form) return;
  event.preventDefault();
  const outcome = form.querySelector(".outcome");
  document.getElementById("drafted").hidden = true;
  say(outcome, "Making the plan …");
  try {
    show(await post(form.action, fieldsOf(form)));
    say(outcome, "Read it below; nothing is proposed yet.");
  } catch (error) {
    say(outcome, error.message, true);
  }
});
