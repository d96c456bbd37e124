// Medians and their ratios, as one line each.

/** @param {readonly number[]} values @returns {number} */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Seconds that `action` takes. @param {() => unknown} action */
export function secondsOf(action) {
  const start = performance.now();
  action();
  return (performance.now() - start) / 1000;
}

/** The same for what is awaited. @param {() => unknown} action */
export async function secondsOfAwaited(action) {
  const start = performance.now();
  await action();
  return (performance.now() - start) / 1000;
}

/** `name  1234/s  (0.81 s)`. @param {string} name @param {number} count @param {number} seconds */
export function rateLine(name, count, seconds) {
  return `  ${name.padEnd(44)} ${(count / seconds).toFixed(0).padStart(7)}/s  (${seconds.toFixed(2)} s)`;
}

/** How fast one thing is, with another as the yardstick. */
export function ratioLine(name, seconds, yardstick) {
  return `  ${name.padEnd(44)} ${(yardstick / seconds).toFixed(2).padStart(7)} x`;
}
