import { registerHooks } from "node:module"

const AGAIN = "?again"

/** The folders of blockstep itself, which a second load shares: its declarations must stay the same ones. */
const OWN = ["core/", "protocols/", "sim/"].map((folder) => new URL(`../../${folder}`, import.meta.url).href)

const isOwn = (url: string): boolean => url.includes("/node_modules/") || OWN.some((folder) => url.startsWith(folder))

/** Loads a module, and of what it imports the user's own files, a second time: with a memory of its own. */
export const importAgain = async (url: string): Promise<unknown> => {
  const hooks = registerHooks({
    resolve: (specifier, context, next) => {
      const resolved = next(specifier, context)
      const follows = context.parentURL?.endsWith(AGAIN) === true && resolved.url.startsWith("file:") && !isOwn(resolved.url)
      return follows && !resolved.url.endsWith(AGAIN) ? { ...resolved, url: `${resolved.url}${AGAIN}` } : resolved
    },
  })
  try {
    return await import(`${url}${AGAIN}`)
  } finally {
    hooks.deregister()
  }
}
