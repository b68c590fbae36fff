/** Colours, as the style sheet has them for light, dark and paper. */
export interface Theme {
  readonly ink: string
  readonly faint: string
  readonly rule: string
  readonly surface: string
  readonly good: string
  readonly bad: string
  readonly heatLow: string
  readonly heatHigh: string
  /** The first are Okabe and Ito's, told apart by those who see few colours too; a dash for each, since colour alone is not enough. */
  readonly series: readonly string[]
  readonly font: string
}

const SERIES_COUNT = 12

export const themeNow = (): Theme => {
  const style = getComputedStyle(document.documentElement)
  const read = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  return {
    ink: read("ink"),
    faint: read("faint"),
    rule: read("rule"),
    surface: read("surface"),
    good: read("good"),
    bad: read("bad"),
    heatLow: read("heat-low"),
    heatHigh: read("heat-high"),
    series: Array.from({ length: SERIES_COUNT }, (_, index) => read(`series-${index + 1}`)),
    font: getComputedStyle(document.body).fontFamily,
  }
}

/** Lengths of dashes and gaps; an empty list is a solid line. */
export const DASHES: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [9, 3, 2, 3], [12, 4], [4, 2], [1, 4], [8, 2, 2, 2, 2, 2], [3, 1], [16, 3], [1, 2], [5, 5]]

export const dashOf = (index: number): readonly number[] => DASHES[index % DASHES.length] ?? []

/** A colour between two, each `#rrggbb`; 0 is the first one. */
export const mixed = (from: string, to: string, part: number): string => {
  const channel = (colour: string, at: number): number => Number.parseInt(colour.slice(1 + 2 * at, 3 + 2 * at), 16)
  const parts = [0, 1, 2].map((at) => Math.round(channel(from, at) + (channel(to, at) - channel(from, at)) * part))
  return `#${parts.map((value) => value.toString(16).padStart(2, "0")).join("")}`
}
