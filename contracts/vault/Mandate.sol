// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Allocation, IMandate, MandateParams} from "../interfaces/IMandate.sol";
import {Level} from "../interfaces/ISignalFeed.sol";
import {FixedMath} from "../libraries/FixedMath.sol";

// LIMITS
// Everything but target volatility, caps, band and signal age is fixed for good.
// The caps leave at least the cash floor.
//
// ROLES
// Lowering and raising are separate functions, so that the AccessManager can let the one act at once and delay the
// other. What only reduces risk is instant.
//
// TARGET
// Rounded down, toward cash. A share of the volatility target per position and no correlation assumed: the joint
// volatility is at most the target, less when positions diversify.
contract Mandate is IMandate, AccessManaged {
    uint256 private constant BPS = 1e4;
    uint256 private constant WAD = 1e18;
    uint256 private constant MAX_POSITIONS = 8;
    uint256 private constant MAX_TARGET_VOL_BPS = 1e4; // 100 %/yr
    uint256 private constant MAX_OFF_BPS = 1e3; // an auction never leaves ±10 % of the oracle price
    uint256 private constant ALL_LEVELS = Level.EXECUTED | Level.OPTIMISTIC | Level.SCORED;
    int64 private constant SIGNAL_LIMIT = 64 << 32; // exp2Wad ends here

    MandateParams private _params; // one slot: 31 bytes, 1 free
    Allocation[] private _allocations; // 4 bytes each, eight in one slot

    constructor(address authority, MandateParams memory newParams, Allocation[] memory allocations)
        AccessManaged(authority)
    {
        _checkParams(newParams);
        _params = newParams;

        uint256 count = allocations.length;
        _checkWithin("positions", count, 1, MAX_POSITIONS);

        uint256 shares;
        for (uint256 i; i < count; ++i) {
            _checkWithin("shareBps", allocations[i].shareBps, 1, BPS);
            shares += allocations[i].shareBps;
            _allocations.push(allocations[i]);
            emit CapChanged(i, allocations[i].capBps);
        }
        _checkWithin("shareBps", shares, 1, BPS);
        _checkCaps();

        emit TargetVolChanged(newParams.targetVolBps);
        emit BandChanged(newParams.bandBps);
        emit MaxSignalAgeChanged(newParams.maxSignalAge);
    }

    /* TARGET */

    /// @inheritdoc IMandate
    function targetWeightBps(uint256 position, int64 signal) external view returns (uint16 weightBps) {
        Allocation memory allocation = _allocation(position);
        if (signal >= SIGNAL_LIMIT) return 0; // no volatility target holds any of that

        uint256 vol = FixedMath.exp2Wad(signal);
        if (vol == 0) return allocation.capBps;

        uint256 wanted = uint256(allocation.shareBps) * _params.targetVolBps * (WAD / BPS) / vol;
        return uint16(Math.min(allocation.capBps, wanted)); // safe: at most a cap
    }

    /* TIGHTEN */

    /// @inheritdoc IMandate
    function lowerTargetVol(uint16 targetVolBps) external restricted {
        require(targetVolBps < _params.targetVolBps, NotTighter(targetVolBps, _params.targetVolBps));

        _setTargetVol(targetVolBps);
    }

    /// @inheritdoc IMandate
    function lowerCap(uint256 position, uint16 newCapBps) external restricted {
        uint256 current = _allocation(position).capBps;
        require(newCapBps < current, NotTighter(newCapBps, current));

        _setCap(position, newCapBps);
    }

    /// @inheritdoc IMandate
    function lowerMaxSignalAge(uint32 maxSignalAge) external restricted {
        require(maxSignalAge < _params.maxSignalAge, NotTighter(maxSignalAge, _params.maxSignalAge));

        _setMaxSignalAge(maxSignalAge);
    }

    /* LOOSEN */

    /// @inheritdoc IMandate
    function raiseTargetVol(uint16 targetVolBps) external restricted {
        require(targetVolBps > _params.targetVolBps, NotLooser(targetVolBps, _params.targetVolBps));
        _checkWithin("targetVolBps", targetVolBps, 1, MAX_TARGET_VOL_BPS);

        _setTargetVol(targetVolBps);
    }

    /// @inheritdoc IMandate
    function raiseCap(uint256 position, uint16 newCapBps) external restricted {
        uint256 current = _allocation(position).capBps;
        require(newCapBps > current, NotLooser(newCapBps, current));

        _setCap(position, newCapBps);
        _checkCaps();
    }

    /// @inheritdoc IMandate
    function raiseMaxSignalAge(uint32 maxSignalAge) external restricted {
        require(maxSignalAge > _params.maxSignalAge, NotLooser(maxSignalAge, _params.maxSignalAge));

        _setMaxSignalAge(maxSignalAge);
    }

    /// @inheritdoc IMandate
    function setBand(uint16 bandBps) external restricted {
        _checkWithin("bandBps", bandBps, 1, BPS);

        _params.bandBps = bandBps;
        emit BandChanged(bandBps);
    }

    /* VIEWS */

    /// @inheritdoc IMandate
    function params() external view returns (MandateParams memory) {
        return _params;
    }

    /// @inheritdoc IMandate
    function capBps(uint256 position) external view returns (uint16) {
        return _allocation(position).capBps;
    }

    /// @inheritdoc IMandate
    function shareBps(uint256 position) external view returns (uint16) {
        return _allocation(position).shareBps;
    }

    /// @inheritdoc IMandate
    function positions() external view returns (uint256 count) {
        return _allocations.length;
    }

    function _allocation(uint256 position) private view returns (Allocation memory) {
        require(position < _allocations.length, PositionUnknown(position));

        return _allocations[position];
    }

    /* WRITES */

    function _setTargetVol(uint16 targetVolBps) private {
        _params.targetVolBps = targetVolBps;
        emit TargetVolChanged(targetVolBps);
    }

    function _setCap(uint256 position, uint16 newCapBps) private {
        _allocations[position].capBps = newCapBps;
        emit CapChanged(position, newCapBps);
    }

    function _setMaxSignalAge(uint32 maxSignalAge) private {
        _params.maxSignalAge = maxSignalAge;
        emit MaxSignalAgeChanged(maxSignalAge);
    }

    /* CHECKS */

    function _checkParams(MandateParams memory p) private pure {
        _checkWithin("targetVolBps", p.targetVolBps, 1, MAX_TARGET_VOL_BPS);
        _checkWithin("bandBps", p.bandBps, 1, BPS);
        _checkWithin("cashFloorBps", p.cashFloorBps, 0, BPS - 1);
        _checkWithin("levels", p.levels, 1, ALL_LEVELS);
        _checkWithin("maxSignalAge", p.maxSignalAge, 1, type(uint32).max);
        _checkWithin("maxPriceAge", p.maxPriceAge, 1, type(uint32).max);
        // A price good enough to enter or to trade at is good enough to value with.
        _checkWithin("entryMaxAge", p.entryMaxAge, 1, p.maxPriceAge);
        _checkWithin("fillMaxAge", p.fillMaxAge, 1, p.maxPriceAge);
        _checkWithin("auctionLife", p.auctionLife, 1, type(uint32).max);
        _checkWithin("premiumBps", p.premiumBps, 0, MAX_OFF_BPS);
        // Without slippage no filler could ever cover the fee of a venue.
        _checkWithin("slippageBps", p.slippageBps, 1, MAX_OFF_BPS);
    }

    function _checkCaps() private view {
        uint256 sum;
        for (uint256 i; i < _allocations.length; ++i) {
            sum += _allocations[i].capBps;
        }
        uint256 investable = BPS - _params.cashFloorBps;
        require(sum <= investable, CapsAboveInvestable(sum, investable));
    }

    function _checkWithin(bytes32 name, uint256 value, uint256 min, uint256 max) private pure {
        require(min <= value && value <= max, MandateParamInvalid(name, value));
    }
}
