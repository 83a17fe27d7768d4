// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {mulDiv as prbMulDiv, sqrt as prbSqrt} from "@prb/math/src/Common.sol";
import {UD60x18, exp2 as prbExp2, log2 as prbLog2} from "@prb/math/src/UD60x18.sol";
import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

import {FixedMath} from "../libraries/FixedMath.sol";

/// Gas of one call, in the core and in two libraries that offer the same.
struct MathGas {
    uint256 core;
    uint256 solady;
    uint256 prb;
}

/// @title MathBench
/// @notice Gas of the core's functions beside Solady's and PRBMath's, on the same input.
/// @dev Bench only. Solady has natural logarithms and powers only. The core's sqrt and mulDiv are
/// Solady's.
contract MathBench {
    /// @param xWad from 1e18 up
    function log2(uint256 xWad) external view returns (MathGas memory gas) {
        uint256 start = gasleft();
        int256 result = FixedMath.log2Q32(xWad);
        gas.core = start - gasleft();
        start = gasleft();
        result ^= FixedPointMathLib.lnWad(int256(xWad));
        gas.solady = start - gasleft();
        start = gasleft();
        result ^= int256(prbLog2(UD60x18.wrap(xWad)).unwrap());
        gas.prb = start - gasleft();
        _keep(uint256(result));
    }

    /// @param xWad from 0 to 63e18
    function exp2(uint256 xWad) external view returns (MathGas memory gas) {
        int256 xQ32 = int256((xWad << 32) / 1e18);
        uint256 start = gasleft();
        uint256 result = FixedMath.exp2Wad(xQ32);
        gas.core = start - gasleft();
        start = gasleft();
        result ^= uint256(FixedPointMathLib.expWad(int256(xWad)));
        gas.solady = start - gasleft();
        start = gasleft();
        result ^= prbExp2(UD60x18.wrap(xWad)).unwrap();
        gas.prb = start - gasleft();
        _keep(result);
    }

    function sqrt(uint256 x) external view returns (MathGas memory gas) {
        uint256 start = gasleft();
        uint256 result = FixedMath.sqrt(x);
        gas.core = start - gasleft();
        start = gasleft();
        result ^= FixedPointMathLib.sqrt(x);
        gas.solady = start - gasleft();
        start = gasleft();
        result ^= prbSqrt(x);
        gas.prb = start - gasleft();
        _keep(result);
    }

    /// @param c more than a · b / 2^256
    function mulDiv(uint256 a, uint256 b, uint256 c) external view returns (MathGas memory gas) {
        uint256 start = gasleft();
        uint256 result = FixedMath.mulDivDown(a, b, c);
        gas.core = start - gasleft();
        start = gasleft();
        result ^= FixedPointMathLib.fullMulDiv(a, b, c);
        gas.solady = start - gasleft();
        start = gasleft();
        result ^= prbMulDiv(a, b, c);
        gas.prb = start - gasleft();
        _keep(result);
    }

    /// @dev Reads storage that is never written, so that no result can be optimised away.
    function _keep(uint256 result) private view {
        assembly ("memory-safe") {
            if sload(result) { invalid() }
        }
    }
}
