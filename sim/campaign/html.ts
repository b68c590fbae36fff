import type { Arena } from "./arena.ts"
import { actorsOf, changeInWords, verdictInWords } from "./chart.ts"
import type { Replay } from "./replay.ts"
import { changesOf, decisionInWords, faultInWords, messageInWords, stepInWords } from "./words.ts"

/** A replayed case as one page without any other file: the sequence chart, the changes beside it, and what broke. */

const COLUMN = 150
const ROW = 26
const LEFT = 90
const TEXT = 460

export const casePage = (arena: Arena, replay: Replay): string => {
  const title = `${arena.campaign.name}: ${replay.finding === undefined ? "nothing is broken" : `${replay.finding.oracle} ${replay.finding.detail}`}`
  const given = [...replay.steps.map((step, at) => `${at}  ${stepInWords(arena.messages, step)}`), ...replay.case.decisions.map(decisionInWords), ...replay.case.faults.map(faultInWords)]
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title><style>
body{font:14px/1.4 system-ui,sans-serif;margin:2rem;color:#1b1f24;background:#fff}
h1{font-size:1.2rem}pre{background:#f5f6f8;padding:.8rem;overflow:auto}.broken{color:#b3261e;font-weight:600}.sound{color:#1e7b34;font-weight:600}
svg text{font:12px ui-monospace,monospace}@media(prefers-color-scheme:dark){body{background:#14171a;color:#e6e6e6}pre{background:#1f2429}.broken{color:#ff8a80}.sound{color:#81c995}svg{filter:invert(.9) hue-rotate(180deg)}}
</style></head><body>
<h1>${escaped(title)}</h1>
<pre class="${replay.finding === undefined ? "sound" : "broken"}">${escaped(verdictInWords(replay))}</pre>
<pre>${escaped(given.join("\n"))}</pre>
${drawing(arena, replay)}
</body></html>
`
}

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")

const drawing = (arena: Arena, replay: Replay): string => {
  const actors = actorsOf(replay)
  const changes = changesOf(arena, replay)
  const rows: string[] = []
  let y = 60
  const x = (actor: string): number => LEFT + actors.indexOf(actor) * COLUMN
  const side = LEFT + actors.length * COLUMN - COLUMN / 2
  for (const [at, block] of replay.blocks.entries()) {
    rows.push(`<text x="4" y="${y}" fill="#666">block ${block.header.height}</text><line x1="0" x2="100%" y1="${y + 6}" y2="${y + 6}" stroke="#ddd"/>`)
    y += ROW
    for (const message of block.ended) {
      const [from, to] = [x(message.from), x(message.to)]
      const colour = message.refusal !== undefined || message.defect !== undefined ? "#b3261e" : message.kind === "reply" || message.kind === "bounce" ? "#5b6b7b" : "#0b57d0"
      const line = from === to ? `<path d="M${from} ${y - 8} h18 v10 h-14" fill="none" stroke="${colour}" marker-end="url(#a)"/>` : `<line x1="${from}" x2="${to}" y1="${y - 4}" y2="${y - 4}" stroke="${colour}" marker-end="url(#a)"/>`
      rows.push(`${line}<text x="${side}" y="${y}" fill="${colour}">${escaped(messageInWords(arena.messages, message))}</text>`)
      y += ROW
    }
    for (const change of changes[at] ?? []) {
      rows.push(`<text x="${side + 12}" y="${y}" fill="#555">${escaped(changeInWords(change))}</text>`)
      y += ROW - 8
    }
  }
  const lives = actors.map((actor) => `<text x="${x(actor)}" y="20" text-anchor="middle">${escaped(actor)}</text><line x1="${x(actor)}" x2="${x(actor)}" y1="28" y2="${y}" stroke="#999" stroke-dasharray="3 3"/>`)
  const arrowHead = '<defs><marker id="a" markerWidth="8" markerHeight="8" refX="7" refY="3" orient="auto"><path d="M0 0 L7 3 L0 6 z"/></marker></defs>'
  return `<svg width="${side + TEXT + 400}" height="${y + 20}" role="img">${arrowHead}${lives.join("")}${rows.join("")}</svg>`
}
