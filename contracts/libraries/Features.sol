// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {Candle} from "../interfaces/ISignedSource.sol";
import {FixedMath} from "./FixedMath.sol";

/// @title Features
/// @notice Feature set 1 of docs/formats.md, "range 4, drift 2": four variances, two drifts, one O(1) step a candle.
/// @dev Words 0-3 are Q48 variances in [1, 2^48), words 4-5 are Q40 log returns in [-2^47, 2^47). Unrolled: this runs at
/// every candle of every market.
library Features {
    /// What a market remembers of its candles; no candle is ever read again.
    struct State {
        // slot 0: 30 bytes, 2 free
        uint240 head; // words 0-4, 48 bits each, word 0 in the most significant bits
        // slot 1: 6 + 8 + 4 + 6 + 1 + 1 bytes, 6 free
        uint48 tail; // word 5
        int64 logCloseQ32; // log2 of the newest close, below 2^40
        uint32 index; // candles stepped so far; 0 = none
        uint48 closedAt; // end of the newest candle, unix seconds
        bool isLive; // true: a live candle has come, seeding is over
        bool isGapped; // true: a gap awaits acknowledgement
    }

    uint16 internal constant SET = 1;
    uint256 internal constant WORDS = 6;
    uint256 internal constant LANES = 6;

    int256 private constant PARKINSON_Q64 = 3196577161300663915; // round(ln 2 / 4 · 2^64)
    int256 private constant LN2_Q64 = 12786308645202655660; // round(ln 2 · 2^64)

    int256 private constant MAX_VARIANCE = 2 ** 48 - 1;
    uint256 private constant WORD_MASK = 2 ** 48 - 1;
    uint256 private constant ALPHA_MASK = 2 ** 32 - 1;
    uint256 private constant FOUR_WORDS = 2 ** 192 + 2 ** 144 + 2 ** 96 + 2 ** 48; // times a word: words 0-3 are that

    /// @notice Steps `state` by one well-formed candle.
    /// @param alphasQ32 smoothing factors, 32 bits each, that of word 5 in the least significant bits
    function step(State memory state, Candle memory candle, uint256 alphasQ32) internal pure {
        int256 logClose = FixedMath.log2Q32(candle.close);
        int256 variance = _variance(candle);

        // safe: logs differ by less than 2^40 and LN2_Q64 < 2^64; 2^32 candles outlast the clock
        unchecked {
            if (state.index == 0) {
                state.head = uint240((variance > 0 ? uint256(variance) : 1) * FOUR_WORDS);
            } else {
                int256 logReturn = ((logClose - state.logCloseQ32) * LN2_Q64) >> 56;
                uint256 head = state.head;
                state.head = uint240(
                    (_smoothVariance(head >> 192, variance, alphasQ32 >> 160) << 192)
                        | (_smoothVariance(head >> 144, variance, alphasQ32 >> 128) << 144)
                        | (_smoothVariance(head >> 96, variance, alphasQ32 >> 96) << 96)
                        | (_smoothVariance(head >> 48, variance, alphasQ32 >> 64) << 48)
                        | _smoothDrift(head, logReturn, alphasQ32 >> 32)
                );
                state.tail = _smoothDrift(state.tail, logReturn, alphasQ32);
            }
            ++state.index;
        }

        state.logCloseQ32 = int64(logClose); // safe: below 2^40
        state.closedAt = candle.end;
    }

    /// @notice Returns the features as int16 Q10 lanes, lane 0 in the most significant bits.
    function lanes(State memory state) internal pure returns (bytes32) {
        if (state.index == 0) return 0;
        uint256 head = state.head;
        // Q40, at least 2^16: a variance is at least 1
        uint256 volatility = FixedPointMathLib.sqrt(((head >> 96) & WORD_MASK) << 32);

        return bytes32(
            (_rangeLane(head >> 192) << 240) | (_rangeLane(head >> 144) << 224) | (_rangeLane(head >> 96) << 208)
                | (_rangeLane(head >> 48) << 192) | (_driftLane(head, volatility) << 176)
                | (_driftLane(state.tail, volatility) << 160)
        );
    }

    /// @notice Returns the state's words, five a slot.
    function slots(State memory state) internal pure returns (bytes32[] memory packed) {
        packed = new bytes32[](2);
        packed[0] = bytes32(uint256(state.head) << 16);
        packed[1] = bytes32(uint256(state.tail) << 208);
    }

    /// @dev Parkinson's variance, Q48: (ln(high / low))² / (4 ln 2), saturating.
    function _variance(Candle memory candle) private pure returns (int256) {
        // safe: |range| < 2^40 and PARKINSON_Q64 < 2^62
        unchecked {
            int256 range = FixedMath.log2Q32(candle.high) - FixedMath.log2Q32(candle.low);
            int256 variance = (range * range * PARKINSON_Q64) >> 80;
            return variance < MAX_VARIANCE ? variance : MAX_VARIANCE;
        }
    }

    // The next four functions look only at the low bits of `word` and `alphaQ32`: callers shift without masking.
    // A smoothed word lies between the word and the input, so it needs no upper clamp: a variance is at most
    // MAX_VARIANCE, and |log return| <= 128 · ln 2 · 2^40 < 2^47.

    function _smoothVariance(uint256 word, int256 input, uint256 alphaQ32) private pure returns (uint256) {
        int256 next = _smooth(int256(word & WORD_MASK), input, alphaQ32);
        return next > 0 ? uint256(next) : 1;
    }

    function _smoothDrift(uint256 word, int256 input, uint256 alphaQ32) private pure returns (uint48) {
        return uint48(int48(_smooth(int48(uint48(word)), input, alphaQ32)));
    }

    function _smooth(int256 word, int256 input, uint256 alphaQ32) private pure returns (int256) {
        // safe: |input - word| < 2^49 and alpha < 2^32
        unchecked {
            return word + (((input - word) * int256(alphaQ32 & ALPHA_MASK)) >> 32);
        }
    }

    function _rangeLane(uint256 word) private pure returns (uint256) {
        // safe: 0 <= log2 < 48 · 2^32, so the lane lies in [-24576, 0)
        unchecked {
            return uint16(int16((FixedMath.log2Q32(word & WORD_MASK) - (48 << 32)) >> 23));
        }
    }

    function _driftLane(uint256 word, uint256 volatility) private pure returns (uint256) {
        // safe: |drift| < 2^48, and the quotient is clamped before it is narrowed
        unchecked {
            int256 lane = (int256(int48(uint48(word))) << 10) / int256(volatility);
            if (lane < type(int16).min) lane = type(int16).min;
            if (lane > type(int16).max) lane = type(int16).max;
            return uint16(int16(lane));
        }
    }
}
