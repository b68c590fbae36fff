/** The form of a transaction, before anything is known of its sender. */
import { AMOUNT_MAX, MESSAGE_TYPES, PAYMENT, type MessageType } from "./script.ts"
import type { Transaction } from "./shapes.ts"

const ADDRESS = /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/
const ASSET = /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*(:[A-Za-z0-9][A-Za-z0-9._-]*)?$/
const isAddress = (text: string): boolean => ADDRESS.test(text) && text.length <= 120
const isHeight = (value: number): boolean => Number.isSafeInteger(value) && value >= 0

/** The first field that has not its form. */
export const malformed = ({ from, nonce, to, type, payload, funds, deadline }: Transaction): string | undefined => {
  if (!isAddress(from)) return "from"
  if (!isHeight(nonce)) return "nonce"
  if (!isAddress(to)) return "to"
  if (!MESSAGE_TYPES.includes(type as MessageType)) return "type"
  if (type === PAYMENT ? Object.keys(payload).length > 0 : typeof payload.program !== "string" || Object.keys(payload).length > 1) return "payload"
  if (!Object.entries(funds).every(([asset, amount]) => ASSET.test(asset) && amount >= 0n && amount <= AMOUNT_MAX)) return "funds"
  if (deadline !== undefined && !isHeight(deadline)) return "deadline"
  return undefined
}
