// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";

import {Candle} from "../interfaces/ISignedSource.sol";
import {Features} from "./Features.sol";

/// Steps an empty state through candles and shows every state on the way; the vectors are run through it as well.
contract FeaturesHarness {
    function run(Candle[] calldata candles, uint192 alphasQ32)
        external
        pure
        returns (bytes32[] memory words, bytes32[] memory lanes)
    {
        Features.State memory state;
        words = new bytes32[](2 * candles.length);
        lanes = new bytes32[](candles.length);
        for (uint256 i; i < candles.length; ++i) {
            Features.step(state, candles[i], alphasQ32);
            bytes32[] memory slots = Features.words(state);
            (words[2 * i], words[2 * i + 1]) = (slots[0], slots[1]);
            lanes[i] = Features.lanes(state);
        }
    }
}

contract FeaturesTest is Test {
    int256 private constant VARIANCE_OF_DOUBLE = 48775896626292; // (ln 2)² / (4 ln 2), Q48: high is twice low
    int256 private constant RETURN_OF_DOUBLE = 762123384786; // ln 2, Q40
    uint256 private constant HALVES = 0x800000008000000080000000800000008000000080000000; // every factor one half

    function test_Lanes_AreZeroBeforeTheFirstCandle() public pure {
        Features.State memory state;

        assertEq(Features.lanes(state), bytes32(0));
        assertEq(Features.words(state)[0], bytes32(0));
        assertEq(Features.words(state)[1], bytes32(0));
    }

    function test_Step_FirstCandleSetsEveryVarianceAndNoDrift() public pure {
        Features.State memory state;

        Features.step(state, _candle(1, 200e8, 100e8, 150e8), HALVES);

        int256[6] memory words = _words(state);
        for (uint256 k; k < 4; ++k) {
            assertApproxEqAbs(words[k], VARIANCE_OF_DOUBLE, 1e5);
        }
        assertEq(words[4], 0);
        assertEq(words[5], 0);
        assertEq(Features.index(state), 1);
        assertEq(Features.closedAt(state), 2);
    }

    function test_Step_FlatFirstCandleLeavesTheSmallestVariance() public pure {
        Features.State memory state;

        Features.step(state, _candle(1, 100e8, 100e8, 100e8), HALVES);

        assertEq(_words(state)[0], 1);
    }

    function test_Step_GoesHalfTheWayAtAFactorOfOneHalf() public pure {
        Features.State memory state;
        Features.step(state, _candle(1, 100e8, 100e8, 100e8), HALVES);

        Features.step(state, _candle(2, 200e8, 100e8, 200e8), HALVES);

        int256[6] memory words = _words(state);
        assertApproxEqAbs(words[0], VARIANCE_OF_DOUBLE / 2, 1e5);
        assertApproxEqAbs(words[4], RETURN_OF_DOUBLE / 2, 1e3);
    }

    function test_Step_SaturatesAtTheWidestCandles() public pure {
        Features.State memory state;
        Features.step(state, _candle(1, type(uint128).max, 1, 1), HALVES);
        Features.step(state, _candle(2, type(uint128).max, 1, type(uint128).max), HALVES);

        int256[6] memory words = _words(state);
        assertEq(words[0], 2 ** 48 - 1);
        assertLe(words[4], 2 ** 47 - 1);
        assertGt(words[4], 0);
    }

    function testFuzz_Lanes_KeepTheirRanges(uint128[8] memory prices) public pure {
        Features.State memory state;
        for (uint256 i; i < 8; i += 2) {
            (uint128 low, uint128 high) =
                prices[i] < prices[i + 1] ? (prices[i], prices[i + 1]) : (prices[i + 1], prices[i]);
            low = low == 0 ? 1 : low;
            high = high == 0 ? 1 : high;
            Features.step(state, _candle(i, high, low, i % 4 == 0 ? low : high), HALVES);

            bytes32 lanes = Features.lanes(state);
            for (uint256 k; k < 4; ++k) {
                int16 lane = int16(uint16(bytes2(lanes << (16 * k))));
                assertGe(lane, -24576);
                assertLt(lane, 0);
            }
            assertEq(lanes << 96, bytes32(0), "unused lanes are zero");
        }
    }

    function _candle(uint256 start, uint128 high, uint128 low, uint128 close) private pure returns (Candle memory) {
        return Candle({start: uint48(start), end: uint48(start + 1), open: close, high: high, low: low, close: close});
    }

    function _words(Features.State memory state) private pure returns (int256[6] memory words) {
        bytes32[] memory slots = Features.words(state);
        for (uint256 k; k < 4; ++k) {
            words[k] = int256(uint256(uint48(bytes6(slots[0] << (48 * k)))));
        }
        words[4] = int48(uint48(bytes6(slots[0] << 192)));
        words[5] = int48(uint48(bytes6(slots[1])));
    }
}
