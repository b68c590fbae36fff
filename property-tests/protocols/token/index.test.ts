import { expect, it } from "vitest"
import * as token from "../../../protocols/token/index.ts"

it("exports exactly these names", () => {
  expect(Object.keys(token).sort()).toEqual([
    "ALLOWANCE_INFINITE", "AllowanceOf", "Approve", "Approved", "BalanceOf", "Burn", "FundsAttached", "InsufficientAllowance",
    "InsufficientBalance", "Mint", "NotOwner", "SupplyExceeded", "Token", "TokenView", "Transfer", "TransferFrom", "Transferred", "allowanceKey",
  ])
})
