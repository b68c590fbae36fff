import { describe, expect, it } from "vitest"
import { argumentsOf, method } from "./abi.ts"
import { openEvm } from "./evm.ts"
import { compile } from "./solc.ts"

const double = (pragma: string): string => `pragma solidity ${pragma}; contract Double { function twice(uint256 x) external pure returns (uint256) { return x + x; } }`

describe("compiled Solidity", () => {
  for (const [compiler, pragma] of [["solc", "^0.8.30"], ["solc-0.8.19", "0.8.19"], ["solc-0.7.6", "0.7.6"]] as const) {
    it(`runs in the machine when ${compiler} made it`, async () => {
      const contracts = await compile({ compiler, sources: { "Double.sol": double(pragma) }, settings: { evmVersion: compiler === "solc-0.7.6" ? "istanbul" : "paris" } })
      const evm = await openEvm()
      const address = await evm.deploy(contracts("Double").bytecode)
      const twice = method("function twice(uint256) view returns (uint256)")
      const result = await evm.staticCall(address, twice.encode(21n))
      expect(result.ok && twice.decode(result.output)).toBe(42n)
    })
  }

  it("takes a package's own files, and what they import", async () => {
    const contracts = await compile({ compiler: "solc-0.8.19", sources: { "T.sol": 'import "@morpho-org/morpho-blue/src/mocks/ERC20Mock.sol";' } })
    expect(contracts("ERC20Mock").abi.length).toBeGreaterThan(3)
    expect(argumentsOf(["uint256"], [1n])).toBe(`0x${"1".padStart(64, "0")}`)
  })

  it("tells what is wrong with a source, and keeps nothing of it", async () => {
    for (let time = 0; time < 2; time++) {
      await expect(compile({ compiler: "solc", sources: { "Broken.sol": "pragma solidity ^0.8.0; contract Broken { uint256 x = ; }" } })).rejects.toThrow(/ParserError/)
    }
    await expect(compile({ compiler: "solc", sources: { "A.sol": 'import "./B.sol";' } })).rejects.toThrow("A.sol imports B.sol, which is neither given nor installed")
  })

  it("finds a contract by its name, and says so where there is none or it cannot be deployed", async () => {
    const sources = { "I.sol": "pragma solidity ^0.8.0; interface I { function f() external; }" }
    const contracts = await compile({ compiler: "solc", sources })
    expect(() => contracts("Nobody")).toThrow("0 compiled contracts are called Nobody")
    expect(() => contracts("I")).toThrow("I cannot be deployed: it is abstract, or needs a library's address")
  })
})
