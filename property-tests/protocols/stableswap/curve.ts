/**
 * The rules of StableSwap3Pool.vy (Curve, 2020) once more, for n coins, in the plainest form: a class that is written to, every intermediate
 * result checked to be a uint256, and `Reverted` where the contract reverts. It shares no code with the pool. The contract is Vyper, for which npm
 * has no compiler, so this model, the exact equations in `math.test.ts` and the recorded answers of the chain stand in for its bytecode.
 */

export class Reverted extends Error {}

const assert = (holds: boolean): void => {
  if (!holds) throw new Reverted()
}
const u = (value: bigint): bigint => {
  assert(value >= 0n && value < 1n << 256n)
  return value
}
const div = (dividend: bigint, divisor: bigint): bigint => {
  assert(divisor !== 0n)
  return dividend / divisor
}

const E10 = 10n ** 10n
const E18 = 10n ** 18n
const DAY = 86_400n

export class Curve {
  readonly n: number
  readonly owner: string
  readonly decimals: readonly number[]
  balances: bigint[]
  /** What the pool holds, admin fees included. */
  held: bigint[]
  supply = 0n
  readonly sharesOf = new Map<string, bigint>()
  initialA: bigint
  futureA: bigint
  initialATime = 0n
  futureATime = 0n
  fee: bigint
  adminFee: bigint
  futureFee = 0n
  futureAdminFee = 0n
  deadline = 0n
  now = 0n

  constructor(decimals: readonly number[], amplification: bigint, fee: bigint, adminFee: bigint, owner: string) {
    this.n = decimals.length
    this.decimals = decimals
    this.owner = owner
    this.balances = decimals.map(() => 0n)
    this.held = decimals.map(() => 0n)
    this.initialA = this.futureA = amplification
    this.fee = fee
    this.adminFee = adminFee
  }

  A(): bigint {
    const { initialA: a0, futureA: a1, initialATime: t0, futureATime: t1, now } = this
    if (now >= t1) return a1
    return a1 > a0 ? a0 + ((a1 - a0) * (now - t0)) / (t1 - t0) : a0 - ((a0 - a1) * (now - t0)) / (t1 - t0)
  }

  xp(balances: readonly bigint[] = this.balances): bigint[] {
    const scaled: bigint[] = []
    for (let i = 0; i < this.n; i++) scaled.push(u((balances[i] as bigint) * 10n ** BigInt(36 - (this.decimals[i] as number))) / E18)
    return scaled
  }

  D(xp: readonly bigint[], amp: bigint): bigint {
    const n = BigInt(this.n)
    let sum = 0n
    for (const x of xp) sum = u(sum + x)
    if (sum === 0n) return 0n
    let d = sum
    const ann = u(amp * n)
    for (let i = 0; i < 255; i++) {
      let dp = d
      for (const x of xp) dp = div(u(dp * d), u(x * n))
      const last = d
      d = div(u(u(u(ann * sum) + u(dp * n)) * d), u(u(u(ann - 1n) * d) + u((n + 1n) * dp)))
      if ((d > last ? d - last : last - d) <= 1n) break
    }
    return d
  }

  private root(others: readonly bigint[], d: bigint, amp: bigint): bigint {
    const n = BigInt(this.n)
    const ann = u(amp * n)
    let c = d
    let sum = 0n
    for (const x of others) {
      sum = u(sum + x)
      c = div(u(c * d), u(x * n))
    }
    c = div(u(c * d), u(ann * n))
    const b = u(sum + d / ann)
    let y = d
    for (let i = 0; i < 255; i++) {
      const last = y
      y = div(u(u(y * y) + c), u(u(u(2n * y) + b) - d))
      if ((y > last ? y - last : last - y) <= 1n) break
    }
    return y
  }

  exchange(i: number, j: number, dx: bigint, minimum: bigint): bigint {
    const xp = this.xp()
    const amp = this.A()
    const x = u((xp[i] as bigint) + u(dx * 10n ** BigInt(36 - (this.decimals[i] as number))) / E18)
    const others = xp.map((scaled, k) => (k === i ? x : scaled)).filter((_, k) => k !== j)
    const y = this.root(others, this.D(xp, amp), amp)
    const rate = 10n ** BigInt(36 - (this.decimals[j] as number))
    const gross = u(u((xp[j] as bigint) - y) - 1n)
    const fee = u(gross * this.fee) / E10
    const dy = u((gross - fee) * E18) / rate
    assert(dy >= minimum)
    const adminFee = u((u(fee * this.adminFee) / E10) * E18) / rate
    this.balances[i] = u((this.balances[i] as bigint) + dx)
    this.balances[j] = u((this.balances[j] as bigint) - dy - adminFee)
    this.held[i] = (this.held[i] as bigint) + dx
    this.held[j] = u((this.held[j] as bigint) - dy)
    return dy
  }

  private imbalanced(changed: bigint[], before: bigint, after: bigint): bigint[] {
    const fee = (this.fee * BigInt(this.n)) / BigInt(4 * (this.n - 1))
    const kept: bigint[] = []
    for (let i = 0; i < this.n; i++) {
      const ideal = div(u(after * (this.balances[i] as bigint)), before)
      const is = changed[i] as bigint
      const charge = u(fee * (ideal > is ? ideal - is : is - ideal)) / E10
      kept.push(u(is - u(charge * this.adminFee) / E10))
      changed[i] = u(is - charge)
    }
    return kept
  }

  addLiquidity(by: string, amounts: readonly bigint[], minimum: bigint): bigint {
    const amp = this.A()
    const first = this.supply === 0n
    if (first) for (const amount of amounts) assert(amount > 0n)
    const before = first ? 0n : this.D(this.xp(), amp)
    const changed = this.balances.map((balance, i) => u(balance + (amounts[i] as bigint)))
    const after = this.D(this.xp(changed), amp)
    assert(after > before)
    let minted = after
    let kept = [...changed]
    if (!first) {
      kept = this.imbalanced(changed, before, after)
      minted = div(u(this.supply * u(this.D(this.xp(changed), amp) - before)), before)
    }
    assert(minted >= minimum)
    this.supply = u(this.supply + minted)
    this.sharesOf.set(by, (this.sharesOf.get(by) ?? 0n) + minted)
    this.balances = kept
    this.held = this.held.map((held, i) => held + (amounts[i] as bigint))
    return minted
  }

  private burn(by: string, shares: bigint): void {
    this.sharesOf.set(by, u((this.sharesOf.get(by) ?? 0n) - shares))
    this.supply = u(this.supply - shares)
  }

  removeLiquidity(by: string, shares: bigint, minima: readonly bigint[]): bigint[] {
    const amounts = this.balances.map((balance) => div(u(balance * shares), this.supply))
    amounts.forEach((amount, i) => assert(amount >= (minima[i] as bigint)))
    this.burn(by, shares)
    this.balances = this.balances.map((balance, i) => u(balance - (amounts[i] as bigint)))
    this.held = this.held.map((held, i) => u(held - (amounts[i] as bigint)))
    return amounts
  }

  removeImbalance(by: string, amounts: readonly bigint[], maximum: bigint): bigint {
    assert(this.supply !== 0n)
    const amp = this.A()
    const before = this.D(this.xp(), amp)
    const changed = this.balances.map((balance, i) => u(balance - (amounts[i] as bigint)))
    const kept = this.imbalanced(changed, before, this.D(this.xp(changed), amp))
    const worth = div(u(u(before - this.D(this.xp(changed), amp)) * this.supply), before)
    assert(worth !== 0n && worth + 1n <= maximum)
    this.burn(by, worth + 1n)
    this.balances = kept
    this.held = this.held.map((held, i) => u(held - (amounts[i] as bigint)))
    return worth + 1n
  }

  removeOneCoin(by: string, shares: bigint, i: number, minimum: bigint): bigint {
    const amp = this.A()
    const fee = (this.fee * BigInt(this.n)) / BigInt(4 * (this.n - 1))
    const precision = 10n ** BigInt(18 - (this.decimals[i] as number))
    const xp = this.xp()
    const before = this.D(xp, amp)
    const after = u(before - div(u(shares * before), this.supply))
    const y = this.root(xp.filter((_, k) => k !== i), after, amp)
    const whole = u((xp[i] as bigint) - y) / precision
    const reduced = xp.map((x, k) => {
      const part = div(u(x * after), before)
      return u(x - u(fee * (k === i ? u(part - y) : u(x - part))) / E10)
    })
    const dy = u(u((reduced[i] as bigint) - this.root(reduced.filter((_, k) => k !== i), after, amp)) - 1n) / precision
    assert(dy >= minimum)
    const charge = u(whole - dy)
    this.burn(by, shares)
    this.balances[i] = u((this.balances[i] as bigint) - u(dy + u(charge * this.adminFee) / E10))
    this.held[i] = u((this.held[i] as bigint) - dy)
    return dy
  }

  rampA(by: string, future: bigint, time: bigint): void {
    assert(by === this.owner && this.now >= this.initialATime + DAY && time >= this.now + DAY)
    const a = this.A()
    assert(future > 0n && future < 1_000_000n)
    assert((future >= a && future <= a * 10n) || (future < a && future * 10n >= a))
    Object.assign(this, { initialA: a, futureA: future, initialATime: this.now, futureATime: time })
  }

  stopRampA(by: string): void {
    assert(by === this.owner)
    const a = this.A()
    Object.assign(this, { initialA: a, futureA: a, initialATime: this.now, futureATime: this.now })
  }

  commitFee(by: string, fee: bigint, adminFee: bigint): void {
    assert(by === this.owner && this.deadline === 0n && fee <= E10 / 2n && adminFee <= E10)
    Object.assign(this, { futureFee: fee, futureAdminFee: adminFee, deadline: this.now + 3n * DAY })
  }

  applyFee(by: string): void {
    assert(by === this.owner && this.now >= this.deadline && this.deadline !== 0n)
    Object.assign(this, { fee: this.futureFee, adminFee: this.futureAdminFee, deadline: 0n })
  }

  revertFee(by: string): void {
    assert(by === this.owner)
    this.deadline = 0n
  }

  withdrawAdminFees(by: string): bigint[] {
    assert(by === this.owner)
    const fees = this.held.map((held, i) => held - (this.balances[i] as bigint))
    this.held = [...this.balances]
    return fees
  }

  donateAdminFees(by: string): bigint[] {
    assert(by === this.owner)
    const fees = this.held.map((held, i) => held - (this.balances[i] as bigint))
    this.balances = [...this.held]
    return fees
  }
}
