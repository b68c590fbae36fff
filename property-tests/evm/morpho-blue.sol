// SPDX-License-Identifier: MIT
pragma solidity 0.8.19;

import {Market, MarketParams} from "@morpho-org/morpho-blue/src/interfaces/IMorpho.sol";
import {IIrm} from "@morpho-org/morpho-blue/src/interfaces/IIrm.sol";
import {IOracle} from "@morpho-org/morpho-blue/src/interfaces/IOracle.sol";

/// For tests. Morpho's own adaptive-curve model is on no package registry, so this one is written anew from its documentation: the rate lies on a
/// curve around 90 % utilization, steepness 4, and the rate at target moves by exp(50 / year * distance * time), averaged by the trapezoidal rule
/// over two halves. Every signed product and quotient is cut toward zero.
contract AdaptiveCurve is IIrm {
    int256 private constant ONE = 10 ** 18;
    int256 private constant LOG2 = 693147180559945309;
    int256 private constant YEAR = 60 * 60 * 24 * 365;

    /// Rate at target, per second, by market.
    mapping(bytes32 => int256) public anchorOf;

    function borrowRate(MarketParams memory params, Market memory market) external returns (uint256) {
        bytes32 key = keccak256(abi.encode(params));
        (int256 rate, int256 anchor) = rateAndAnchor(anchorOf[key], market);
        anchorOf[key] = anchor;
        return uint256(rate);
    }

    function borrowRateView(MarketParams memory params, Market memory market) external view returns (uint256) {
        (int256 rate,) = rateAndAnchor(anchorOf[keccak256(abi.encode(params))], market);
        return uint256(rate);
    }

    function rateAndAnchor(int256 anchor, Market memory market) private view returns (int256, int256) {
        int256 used = market.totalSupplyAssets == 0
            ? int256(0)
            : (int256(uint256(market.totalBorrowAssets)) * ONE) / int256(uint256(market.totalSupplyAssets));
        int256 seconds_ = anchor == 0 ? int256(0) : int256(block.timestamp) - int256(uint256(market.lastUpdate));
        return model(anchor, used, seconds_);
    }

    /// What is asked of the model, as numbers: for vectors.
    function model(int256 anchor, int256 used, int256 seconds_) public pure returns (int256 rate, int256 anchorAfter) {
        int256 target = (ONE / 10) * 9;
        int256 room = used > target ? ONE - target : target;
        int256 distance = ((used - target) * ONE) / room;
        if (anchor == 0) return (onCurve((ONE / 25) / YEAR, distance), (ONE / 25) / YEAR);
        int256 exponent = (((50 * ONE) / YEAR) * distance / ONE) * seconds_;
        anchorAfter = exponent == 0 ? anchor : moved(anchor, exponent);
        int256 mean = exponent == 0 ? anchor : (anchor + anchorAfter + moved(anchor, exponent / 2) * 2) / 4;
        rate = onCurve(mean, distance);
    }

    function onCurve(int256 anchor, int256 distance) private pure returns (int256) {
        int256 slope = distance >= 0 ? 3 * ONE : (3 * ONE) / 4;
        return (anchor * (ONE + (distance * slope) / ONE)) / ONE;
    }

    function moved(int256 anchor, int256 exponent) private pure returns (int256 next) {
        next = (anchor * exponential(exponent)) / ONE;
        if (next > (2 * ONE) / YEAR) next = (2 * ONE) / YEAR;
        if (next < (ONE / 1000) / YEAR) next = (ONE / 1000) / YEAR;
    }

    /// 2^n (1 + r + r^2 / 2), where the argument is n ln 2 + r with the whole n nearest to it.
    function exponential(int256 x) public pure returns (int256) {
        if (x < -41446531673892822312) return 0;
        if (x >= 93859467695000404319) return 57716089161558943949701069502944508345128422502756744429568;
        uint256 n = uint256((x < 0 ? -x : x) + 346573590279972654) / uint256(LOG2);
        int256 r = x < 0 ? x + int256(n) * LOG2 : x - int256(n) * LOG2;
        uint256 series = uint256(ONE + r + (r * r) / (2 * ONE));
        return int256(x < 0 ? series / 2 ** n : series * 2 ** n);
    }
}

/// For tests. An oracle that may refuse to speak.
contract RefusingOracle is IOracle {
    uint256 private value;
    string private refusal;

    function say(uint256 newValue, string calldata newRefusal) external {
        value = newValue;
        refusal = newRefusal;
    }

    function price() external view returns (uint256) {
        require(bytes(refusal).length == 0, refusal);
        return value;
    }
}
