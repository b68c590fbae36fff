import type { WorldInvariant } from "../scenario.ts"
import { ETH, USD } from "./market.ts"
