// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {LibBit} from "solady/src/utils/LibBit.sol";

/// @title FixedMath
/// @notice Base-2 logarithm and power in fixed point, square root, full-width a · b / c; docs/formats.md defines every
/// bit of the results.
/// @dev Square root and division are exact but for their rounding, so whoever computes them gets the same: they are
/// Solady's. `QN` means N fraction bits. Signed `>>` rounds toward minus infinity, `/` truncates toward zero.
library FixedMath {
    error LogarithmOfZero();
    error ExponentTooLarge(int256 xQ32, int256 boundQ32);

    int256 private constant HALF_Q64 = 1 << 63;
    int256 private constant HALF_Q32 = 1 << 31;
    int256 private constant WAD = 1e18;

    int256 private constant MIN_EXPONENT_Q32 = -(60 << 32);
    int256 private constant MAX_EXPONENT_Q32 = 64 << 32;

    // round(√2 · 2^127)
    int256 private constant SQRT2_Q127 = 240615969168004511545033772477625056927;

    // A_k = round(2^65 / (k · ln 2)): coefficients of 2·artanh(s) / ln 2
    int256 private constant A1 = 53226052391377289967;
    int256 private constant A3 = 17742017463792429989;
    int256 private constant A5 = 10645210478275457993;
    int256 private constant A7 = 7603721770196755710;
    int256 private constant A9 = 5914005821264143330;
    int256 private constant A11 = 4838732035579753633;

    // E_k = round(2^64 · (ln 2)^k / k!): coefficients of 2^f
    int256 private constant E0 = 18446744073709551616;
    int256 private constant E1 = 12786308645202655660;
    int256 private constant E2 = 4431396893595737425;
    int256 private constant E3 = 1023870087579328454;
    int256 private constant E4 = 177423166116318949;
    int256 private constant E5 = 24596073471909060;
    int256 private constant E6 = 2841449829983172;
    int256 private constant E7 = 281363276907910;
    int256 private constant E8 = 24378270262728;
    int256 private constant E9 = 1877525477726;

    /// @notice Returns log2(x), Q32.
    /// @custom:rounding within 1.2 units of 2^-32, exact at powers of two
    function log2Q32(uint256 x) internal pure returns (int256) {
        require(x > 0, LogarithmOfZero());

        // safe: m < 2^128, |s| < 2^62, z < 2^59 and p < 2^66, so no product or sum reaches 2^255
        unchecked {
            uint256 exponent = LibBit.fls(x);
            int256 m = int256((x << (255 - exponent)) >> 128);

            int256 s = ((m - SQRT2_Q127) << 64) / (m + SQRT2_Q127);
            int256 z = (s * s) >> 64;
            int256 p = A5 + ((z * (A7 + ((z * (A9 + ((z * A11) >> 64))) >> 64))) >> 64);
            p = A1 + ((z * (A3 + ((z * p) >> 64))) >> 64);

            return (int256(exponent << 64) + HALF_Q64 + ((s * p) >> 64)) >> 32;
        }
    }

    /// @notice Returns 2^x as a WAD; 0 below x = -60.
    /// @dev Reverts from x = 64 on.
    /// @custom:rounding down, after a relative error below 1e-11
    function exp2Wad(int256 xQ32) internal pure returns (uint256) {
        if (xQ32 < MIN_EXPONENT_Q32) return 0;
        require(xQ32 < MAX_EXPONENT_Q32, ExponentTooLarge(xQ32, MAX_EXPONENT_Q32));

        // safe: -60 <= n <= 64, |f| <= 2^63 and 0 < p < 2^65, so p · 1e18 · 2^n < 2^190
        unchecked {
            int256 n = (xQ32 + HALF_Q32) >> 32;
            int256 f = (xQ32 - (n << 32)) << 32;

            int256 p = E8 + ((E9 * f) >> 64);
            p = E7 + ((p * f) >> 64);
            p = E6 + ((p * f) >> 64);
            p = E5 + ((p * f) >> 64);
            p = E4 + ((p * f) >> 64);
            p = E3 + ((p * f) >> 64);
            p = E2 + ((p * f) >> 64);
            p = E1 + ((p * f) >> 64);
            p = E0 + ((p * f) >> 64);

            uint256 wad = uint256(p * WAD);
            return n < 0 ? wad >> uint256(64 - n) : (wad << uint256(n)) >> 64;
        }
    }

    /// @notice Returns the square root.
    /// @custom:rounding down
    function sqrt(uint256 x) internal pure returns (uint256) {
        return FixedPointMathLib.sqrt(x);
    }

    /// @notice Returns a · b / c; the product may have 512 bits.
    /// @dev Both revert with Solady's `FullMulDivFailed` when c is zero or the quotient exceeds 256 bits.
    /// @custom:rounding down
    function mulDivDown(uint256 a, uint256 b, uint256 c) internal pure returns (uint256) {
        return FixedPointMathLib.fullMulDiv(a, b, c);
    }

    /// @notice Returns a · b / c; the product may have 512 bits.
    /// @custom:rounding up
    function mulDivUp(uint256 a, uint256 b, uint256 c) internal pure returns (uint256) {
        return FixedPointMathLib.fullMulDivUp(a, b, c);
    }
}
