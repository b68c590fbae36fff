/**
 * The same text as the one object that the JavaScript engine keeps for it. Two such texts are compared by identity; others letter by letter,
 * which shows where every message compares names of assets. Property names are kept so, hence the detour.
 */
export const interned = (text: string): string => Object.keys({ [text]: true })[0] as string
