// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {Candle} from "../interfaces/ISignedSource.sol";
import {FixedMath} from "./FixedMath.sol";

/// @title Features
/// @notice Feature set 1 of docs/formats.md, "range 4, drift 2": four variances, two drifts, one O(1) step a candle.
/// @dev Words 0-3 are Q48 variances in [1, 2^48), words 4-5 are Q40 log returns in [-2^47, 2^47). Unrolled: this runs
/// at every candle of every market.
library Features {
    /// What a market remembers of its candles; no candle is ever read again. Packed by hand, because the struct lies in
    /// memory as it lies in storage: each slot is read once and written once.
    struct State {
        // slot 0: words 0-4, 48 bits each, word 0 in the most significant bits; 16 bits free
        uint256 head;
        // slot 1, from the most significant bits: word 5, 48 bits · int64 logCloseQ32 · uint32 index · uint48 closedAt
        // · 62 bits free · isGapped · isLive
        uint256 tail;
    }

    uint16 internal constant SET = 1;
    uint256 internal constant WORDS = 6;
    uint256 internal constant LANES = 6;

    int256 private constant PARKINSON_Q64 = 3196577161300663915; // round(ln 2 / 4 · 2^64)
    int256 private constant LN2_Q64 = 12786308645202655660; // round(ln 2 · 2^64)

    int256 private constant MAX_VARIANCE = 2 ** 48 - 1;
    uint256 private constant WORD_MASK = 2 ** 48 - 1;
    uint256 private constant ALPHA_MASK = 2 ** 32 - 1;
    uint256 private constant LIVE = 1;
    uint256 private constant GAPPED = 2;
    uint256 private constant FLAGS = LIVE | GAPPED;
    uint256 private constant FOUR_WORDS = 2 ** 208 + 2 ** 160 + 2 ** 112 + 2 ** 64; // times a word: words 0-3 are that

    /// @notice Candles stepped so far; 0 = none.
    function index(State memory state) internal pure returns (uint32) {
        return uint32(state.tail >> 112);
    }

    /// @notice End of the newest candle, unix seconds.
    function closedAt(State memory state) internal pure returns (uint48) {
        return uint48(state.tail >> 64);
    }

    /// @notice True: a live candle has come, seeding is over.
    function isLive(State memory state) internal pure returns (bool) {
        return state.tail & LIVE != 0;
    }

    /// @notice True: a gap awaits acknowledgement.
    function isGapped(State memory state) internal pure returns (bool) {
        return state.tail & GAPPED != 0;
    }

    function markLive(State memory state) internal pure {
        state.tail |= LIVE;
    }

    function markGapped(State memory state) internal pure {
        state.tail |= GAPPED;
    }

    function clearGap(State memory state) internal pure {
        state.tail &= ~GAPPED;
    }

    /// @notice Steps `state` by one well-formed candle.
    /// @param alphasQ32 smoothing factors, 32 bits each, that of word 5 in the least significant bits
    function step(State memory state, Candle memory candle, uint256 alphasQ32) internal pure {
        uint256 tail = state.tail;
        uint256 count = uint32(tail >> 112);
        int256 logClose = FixedMath.log2Q32(candle.close);
        int256 variance = _variance(candle);
        uint256 lastWord;

        // safe: logs differ by less than 2^40 and LN2_Q64 < 2^64; 2^32 candles outlast the clock
        unchecked {
            if (count == 0) {
                state.head = (variance > 0 ? uint256(variance) : 1) * FOUR_WORDS;
            } else {
                int256 logReturn = ((logClose - int64(uint64(tail >> 144))) * LN2_Q64) >> 56;
                state.head = _stepHead(state.head, variance, logReturn, alphasQ32);
                lastWord = _smoothDrift(tail >> 208, logReturn, alphasQ32);
            }
            state.tail = (lastWord << 208) | (uint256(logClose) << 144) | ((count + 1) << 112)
                | (uint256(candle.end) << 64) | (tail & FLAGS);
        }
    }

    function _stepHead(uint256 head, int256 variance, int256 logReturn, uint256 alphasQ32)
        private
        pure
        returns (uint256)
    {
        return (_smoothVariance(head >> 208, variance, alphasQ32 >> 160) << 208)
            | (_smoothVariance(head >> 160, variance, alphasQ32 >> 128) << 160)
            | (_smoothVariance(head >> 112, variance, alphasQ32 >> 96) << 112)
            | (_smoothVariance(head >> 64, variance, alphasQ32 >> 64) << 64)
            | (_smoothDrift(head >> 16, logReturn, alphasQ32 >> 32) << 16);
    }

    /// @notice Returns the features as int16 Q10 lanes, lane 0 in the most significant bits.
    function lanes(State memory state) internal pure returns (bytes32) {
        (uint256 head, uint256 tail) = (state.head, state.tail);
        if (head == 0) return 0; // no candle yet: a variance is at least 1
        // Q40, at least 2^16
        uint256 volatility = FixedMath.sqrt(((head >> 112) & WORD_MASK) << 32);

        return bytes32(
            (_rangeLane(head >> 208) << 240) | (_rangeLane(head >> 160) << 224) | (_rangeLane(head >> 112) << 208)
                | (_rangeLane(head >> 64) << 192) | (_driftLane(head >> 16, volatility) << 176)
                | (_driftLane(tail >> 208, volatility) << 160)
        );
    }

    /// @notice Returns the state's words, five a slot, word 0 in the most significant bits.
    function words(State memory state) internal pure returns (bytes32[] memory packed) {
        packed = new bytes32[](2);
        packed[0] = bytes32(state.head);
        packed[1] = bytes32(state.tail & ~uint256(type(uint208).max));
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
        // safe: |input - word| < 2^48 and alpha < 2^32
        unchecked {
            int256 last = int256(word & WORD_MASK);
            int256 next = last + (((input - last) * int256(alphaQ32 & ALPHA_MASK)) >> 32);
            return uint256(FixedPointMathLib.max(next, int256(1)));
        }
    }

    function _smoothDrift(uint256 word, int256 input, uint256 alphaQ32) private pure returns (uint256) {
        // safe: |input - word| < 2^49 and alpha < 2^32
        unchecked {
            int256 last = int48(uint48(word));
            return uint48(int48(last + (((input - last) * int256(alphaQ32 & ALPHA_MASK)) >> 32)));
        }
    }

    function _rangeLane(uint256 word) private pure returns (uint256) {
        // safe: 0 <= log2 < 48 · 2^32, so the lane lies in [-24576, 0)
        unchecked {
            return uint16(int16((FixedMath.log2Q32(word & WORD_MASK) - (48 << 32)) >> 23));
        }
    }

    function _driftLane(uint256 word, uint256 volatility) private pure returns (uint256) {
        // safe: |drift| < 2^48, volatility is not zero, and the quotient is clamped before it is narrowed
        unchecked {
            int256 lane = FixedPointMathLib.rawSDiv(int256(int48(uint48(word))) << 10, int256(volatility));
            return uint16(int16(FixedPointMathLib.clamp(lane, type(int16).min, type(int16).max)));
        }
    }
}
