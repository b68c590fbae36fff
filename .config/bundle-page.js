import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"

/** What the licences of the chart library want to go with it, into the bundle and so into every report. */
const notices = () => {
  const texts = ["echarts/NOTICE", "echarts/LICENSE", "echarts/licenses/LICENSE-d3", "zrender/LICENSE"].map((name) => readFileSync(new URL(`../node_modules/${name}`, import.meta.url), "utf8").trim())
  return `/*!\nThis file contains Apache ECharts and ZRender.\n\n${texts.join("\n\n").replaceAll("*/", "* /")}\n*/`
}

/**
 * The report's page as one script and one style sheet, with all that they import, for a browser. `npm run build` puts them beside the
 * built code (`node .config/bundle-page.js dist`), which needs no bundler then; from the sources it is done for each report.
 */
export const bundlePage = async () => {
  const { outputFiles } = await build({
    entryPoints: ["main.ts", "style.css"].map((name) => fileURLToPath(new URL(`../sim/report/page/${name}`, import.meta.url))),
    bundle: true,
    minify: true,
    write: false,
    outdir: "page",
    format: "iife",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    banner: { js: notices() },
    logLevel: "error",
    tsconfigRaw: { compilerOptions: { target: "es2024" } },
  })
  const fileOf = (ending) => outputFiles.find(({ path }) => path.endsWith(ending)).text
  return { script: fileOf(".js"), style: fileOf(".css") }
}

const [, entry, folder] = process.argv
if (entry === fileURLToPath(import.meta.url) && folder !== undefined) {
  const { script, style } = await bundlePage()
  const place = join(folder, "sim/report/page")
  mkdirSync(place, { recursive: true })
  writeFileSync(join(place, "page.js"), script)
  writeFileSync(join(place, "page.css"), style)
}
