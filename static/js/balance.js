// While an amount is typed, the balance before and after it is shown. Whole minor units only: no floating point.
// <output data-balance="425496" data-exponent="2" data-currency="EUR" data-for="amount" [data-kind="direction"] [data-floor="0"]>
function minor(text, exponent) {
  // Thousands are parted properly or not at all: what the server would refuse is not shown as if it were read.
  const plain = text.trim().replace(/[\u2212\u2013]/g, "-");
  const match = /^([+-]?)(\d{1,15}|\d{1,3}(?:,\d{3})+)(?:\.(\d*))?$/.exec(plain);
  if (!match || (match[3] ?? "").length > exponent) return null;
  const amount = BigInt(match[2].replaceAll(",", "") + (match[3] ?? "").padEnd(exponent, "0"));
  return match[1] === "-" ? -amount : amount;
}

function written(amount, exponent) {
  const digits = String(amount < 0n ? -amount : amount).padStart(exponent + 1, "0");
  const whole = digits.slice(0, digits.length - exponent).replace(/\B(?=(\d{3})+$)/g, ",");
  return (amount < 0n ? "−" : "") + whole + (exponent ? `.${digits.slice(-exponent)}` : "");
}

function show(output) {
  const form = output.closest("form");
  const exponent = Number(output.dataset.exponent);
  const before = BigInt(output.dataset.balance);
  const amount = minor(form.elements[output.dataset.for].value, exponent);
  const kind = output.dataset.kind && form.elements[output.dataset.kind]?.value;
  if (amount === null) {
    output.textContent = "";
    return;
  }
  const after = before + (/deduct|debit|out/.test(kind ?? "") ? -amount : amount);
  const below = output.dataset.floor !== undefined && after < BigInt(output.dataset.floor);
  output.classList.toggle("neg", below);
  output.textContent = `${written(before, exponent)} → ${written(after, exponent)} ${output.dataset.currency}`;
}

for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => {
    event.target.form?.querySelectorAll("output[data-balance]").forEach(show);
  });
}
document.querySelectorAll("output[data-balance]").forEach(show);
