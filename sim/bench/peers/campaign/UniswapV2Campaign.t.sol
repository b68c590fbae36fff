// SPDX-License-Identifier: MIT
pragma solidity ^0.8.0;

import {FACTORY, TOKEN} from "./Bytecode.sol";

/// The constant-product campaign for forge's invariant runner: the real Uniswap v2 pair, the same kinds of actions, one invariant after each call.

interface IPair {
    function getReserves() external view returns (uint112, uint112, uint32);
    function totalSupply() external view returns (uint256);
    function balanceOf(address) external view returns (uint256);
    function transfer(address, uint256) external returns (bool);
    function mint(address) external returns (uint256);
    function burn(address) external returns (uint256, uint256);
    function swap(uint256, uint256, address, bytes calldata) external;
    function skim(address) external;
    function sync() external;
    function createPair(address, address) external returns (address);
    function getPair(address, address) external view returns (address);
}

contract Trader {
    IPair public pair;
    IPair[2] public tokens;

    constructor() {
        IPair factory = IPair(make(abi.encodePacked(FACTORY, abi.encode(address(this)))));
        IPair a = IPair(make(abi.encodePacked(TOKEN, abi.encode(uint256(1e30)))));
        IPair b = IPair(make(abi.encodePacked(TOKEN, abi.encode(uint256(1e30)))));
        pair = IPair(factory.createPair(address(a), address(b)));
        tokens = address(a) < address(b) ? [a, b] : [b, a];
        a.transfer(address(pair), 1_000_000);
        b.transfer(address(pair), 4_000_000);
        pair.mint(address(this));
    }

    function make(bytes memory code) private returns (address made) {
        assembly {
            made := create(0, add(code, 0x20), mload(code))
        }
        require(made != address(0), "not deployed");
    }

    function sell(uint256 amount, bool first) external {
        (uint256 r0, uint256 r1,) = pair.getReserves();
        IPair token = tokens[first ? 0 : 1];
        amount = amount % (token.balanceOf(address(this)) / 1e10 + 1);
        uint256 lessFee = amount * 997;
        uint256 out = first ? (lessFee * r1) / (r0 * 1000 + lessFee) : (lessFee * r0) / (r1 * 1000 + lessFee);
        token.transfer(address(pair), amount);
        pair.swap(first ? 0 : out, first ? out : 0, address(this), "");
    }

    /// Asks for what may be too much, as a caller without a router can.
    function take(uint256 paid, uint256 out, bool first) external {
        (uint256 r0, uint256 r1,) = pair.getReserves();
        out = out % ((first ? r1 : r0) + 1);
        IPair token = tokens[first ? 0 : 1];
        token.transfer(address(pair), paid % (token.balanceOf(address(this)) / 1e10 + 1));
        pair.swap(first ? 0 : out, first ? out : 0, address(this), "");
    }

    function add(uint256 amount0, uint256 amount1) external {
        tokens[0].transfer(address(pair), amount0 % (tokens[0].balanceOf(address(this)) / 1e10 + 1));
        tokens[1].transfer(address(pair), amount1 % (tokens[1].balanceOf(address(this)) / 1e10 + 1));
        pair.mint(address(this));
    }

    function remove(uint256 shares) external {
        pair.transfer(address(pair), shares % (pair.balanceOf(address(this)) + 1));
        pair.burn(address(this));
    }

    function donate(uint256 amount, bool first) external {
        IPair token = tokens[first ? 0 : 1];
        token.transfer(address(pair), amount % (token.balanceOf(address(this)) / 1e10 + 1));
    }

    function skim() external {
        pair.skim(address(this));
    }

    function sync() external {
        pair.sync();
    }
}

contract UniswapV2Campaign {
    Trader private trader;
    uint256 private root;
    uint256 private shares;

    function setUp() external {
        trader = new Trader();
        root = 4e12;
        shares = trader.pair().totalSupply();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(trader);
    }

    /// A share's part of the reserves never falls: k / shares^2 against the start.
    function invariant_shareNeverLoses() external view {
        (uint256 r0, uint256 r1,) = trader.pair().getReserves();
        uint256 supply = trader.pair().totalSupply();
        require(r0 * r1 * shares * shares >= root * supply * supply, "a share lost");
    }
}
