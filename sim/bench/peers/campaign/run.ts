import type { CampaignRow } from "./row.ts"

/** Measures one row in a process of its own, and prints one line of JSON. */

const [file, at] = process.argv.slice(2)
const { rows } = (await import(`./${file}.ts`)) as { readonly rows: readonly (() => Promise<CampaignRow>)[] }
const row = await (rows[Number(at)] as () => Promise<CampaignRow>)()
process.stdout.write(`${JSON.stringify(row)}\n`)
process.exit(0)
