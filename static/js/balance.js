// While an amount is typed, the balance before and after it is shown: in the reader's notation, whose marks the server names, and
// only where the server would read the amount too. Whole minor units only: no floating point.
// <output data-balance="425496" data-exponent="2" data-currency="EUR" data-decimal="." data-group="," data-further="3"
//   data-for="amount" [data-kind="direction"] [data-floor="0"]>
const MOST = 10n ** 15n;
const SPACES = " \u00a0\u202f\u2009";
const GAP = "[^\\S\ufeff]*";
const THREES = /\B(?=(\d{3})+$)/g;
const PAIRS = /\B(?=(\d\d)*\d{3}$)/g;

function minor(typed, { exponent, decimal, group, further, kind }) {
  const match = RegExp(`^${GAP}([+\u2212-]?)${GAP}(\\d[^${decimal}]*?)(?:[${decimal}](\\d+))?${GAP}$`).exec(typed);
  if (!match) return null;
  const [, sign, whole, fraction = ""] = match;
  // Thousands are parted properly, by one and the same mark, or not at all.
  const mark = whole.replace(/\d/g, "").slice(0, 1);
  const digits = whole.replaceAll(mark, "");
  const marks = SPACES.includes(group) ? SPACES : group === "’" ? "’'" : group;
  const parted = !mark || digits.replace(THREES, mark) === whole || (further === "2" && digits.replace(PAIRS, mark) === whole);
  if (!/^\d+$/.test(digits) || !marks.includes(mark) || !parted || fraction.length > exponent) return null;
  const amount = BigInt(digits + fraction.padEnd(exponent, "0"));
  // Where the direction is chosen beside it, an amount has no sign and is more than nothing.
  if (amount > MOST || (kind && (sign || !amount))) return null;
  return !sign || sign === "+" ? amount : -amount;
}

function written(amount, { exponent, decimal, group, further }) {
  const digits = String(amount < 0n ? -amount : amount).padStart(exponent + 1, "0");
  const whole = digits.slice(0, digits.length - exponent).replace(further === "2" ? PAIRS : THREES, group);
  return (amount < 0n ? "−" : "") + whole + (exponent ? decimal + digits.slice(-exponent) : "");
}

function show(output) {
  const fields = output.form.elements;
  const facts = { ...output.dataset, exponent: Number(output.dataset.exponent) };
  const before = BigInt(facts.balance);
  const amount = minor(fields[facts.for].value, facts);
  if (amount === null) {
    output.textContent = "";
    return;
  }
  const after = before + (fields[facts.kind]?.value === "deduct" ? -amount : amount);
  output.classList.toggle("neg", after < BigInt(facts.floor));
  output.textContent = `${written(before, facts)} → ${written(after, facts)} ${facts.currency}`;
}

for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => {
    event.target.form?.querySelectorAll("output[data-balance]").forEach(show);
  });
}
document.querySelectorAll("output[data-balance]").forEach(show);
