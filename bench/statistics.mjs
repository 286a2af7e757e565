// Tests whether two samples come from the same distribution, whatever its shape.

/**
 * Runs the two-sided Mann-Whitney U test, in the normal approximation with ties, which needs about twenty values per sample.
 * @param {number[]} one @param {number[]} other
 * @returns {number} the p-value: the probability of a difference this large if both distributions are the same
 */
export function mannWhitney(one, other) {
  const all = [...one.map((value) => ({ value, isOne: true })), ...other.map((value) => ({ value, isOne: false }))]
  all.sort((a, b) => a.value - b.value)
  let [rankSum, ties] = [0, 0]
  for (let from = 0; from < all.length; ) {
    let to = from
    while (to < all.length && all[to]?.value === all[from]?.value) to += 1
    const rank = (from + 1 + to) / 2 // equal values share the mean of their ranks
    rankSum += rank * all.slice(from, to).filter(({ isOne }) => isOne).length
    ties += (to - from) ** 3 - (to - from)
    from = to
  }
  const [m, n, total] = [one.length, other.length, all.length]
  const u = rankSum - (m * (m + 1)) / 2
  const deviation = Math.sqrt(((m * n) / 12) * (total + 1 - ties / (total * (total - 1))))
  if (deviation === 0) return 1
  return 2 * (1 - normal(Math.max(0, Math.abs(u - (m * n) / 2) - 0.5) / deviation))
}

/** Returns the share of the normal distribution below z, for z ≥ 0 (Abramowitz and Stegun 26.2.17). @param {number} z */
function normal(z) {
  const t = 1 / (1 + 0.2316419 * z)
  const tail = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  return 1 - (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * tail
}

/** Returns the median. @param {number[]} values @returns {number} */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}

/** Returns the value below which this share of the values lies. @param {number[]} values @param {number} share from 0 to 1 @returns {number} */
export function percentile(values, share) {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
}
