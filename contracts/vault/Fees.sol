// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {FixedPointMathLib as Math} from "solady/src/utils/FixedPointMathLib.sol";
import {ShareTerms} from "../interfaces/IMandate.sol";
import {FeeState, IVault, VaultParams} from "../interfaces/IVault.sol";
import {FixedMath} from "../libraries/FixedMath.sol";
import {Ledger} from "./Ledger.sol";

// What a share is worth once everyone has been paid, and what it costs to hold, to get in and to get out.
//
// RATES
// Belong to the mandate. An accrual charges the lower of the present rate and the one at the accrual before: a raise
// never reaches further back than that, and the vault needs nobody to tell it.
//
// FEE SHARES
// Count in every conversion from the accrual on and are minted by `accrue`, so that others need not pay for it.
//
// MARK
// Per vault. It rises with NAV per share after fees and never falls, but for an empty vault, where it starts again.
// Without prices there is no gain to speak of: the performance fee waits, and its lowest rate so far with it.
//
// SPREADS
// Stay in the ledger, for the other shares. Without other shares there is no spread: it would be nobody's.
abstract contract Fees is ERC20, Ledger, ReentrancyGuardTransient {
    /// The vault's books at one moment, fees included up to now.
    struct Books {
        ShareTerms terms;
        Valuation value;
        uint256 supply; // with all fee shares
        uint256 managementShares;
        uint256 performanceShares;
        uint256 mark;
        uint256 lastMark; // as it was
        uint256 feeShares; // not yet minted
        uint256 performanceFeeBps; // to keep for the next accrual
    }

    uint8 internal constant DECIMALS_OFFSET = 6;
    uint256 internal constant VIRTUAL_SHARES = 1e6; // 10 ** DECIMALS_OFFSET

    uint256 private constant WAD = 1e18;
    uint256 private constant MARK_UNIT = 1e24; // WAD * VIRTUAL_SHARES: mark of one base unit a share unit
    uint256 private constant MAX_MANAGEMENT_FEE = 0.05e18; // of the supply, in one accrual
    uint256 private constant MAX_MARK = type(uint128).max;
    uint256 private constant YEAR = 365 days;

    constructor(VaultParams memory params) {
        ShareTerms memory terms = params.mandate.terms();
        account = Account({
            cash: 0,
            accruedAt: uint48(block.timestamp),
            managementFeeBps: terms.managementFeeBps,
            performanceFeeBps: terms.performanceFeeBps,
            mark: uint128(WAD),
            feeShares: 0
        });
    }

    /* ACCRUE */

    /// @inheritdoc IVault
    function accrue() external nonReentrant {
        _accrue(_books(maxPriceAge, NO_POSITION));

        uint256 shares = account.feeShares;
        if (shares == 0) return;
        account.feeShares = 0;
        address recipient = mandate.feeRecipient();
        emit FeesMinted(recipient, shares);
        _mint(recipient, shares);
    }

    /// The books as an accrual now would leave them. The caller decides whether they must be priced.
    function _books(uint256 maxAge, uint256 asked) internal view returns (Books memory b) {
        b.terms = mandate.terms();
        _valueInto(b.value, maxAge, asked);
        (b.mark, b.lastMark, b.feeShares) = (account.mark, account.mark, account.feeShares);
        b.supply = totalSupply() + b.feeShares;

        uint256 rateBps = Math.min(account.managementFeeBps, b.terms.managementFeeBps);
        // Saturating: a node may answer a view under the time of the block before.
        _addManagementFee(b, rateBps, Math.zeroFloorSub(block.timestamp, account.accruedAt));
        b.performanceFeeBps = Math.min(account.performanceFeeBps, b.terms.performanceFeeBps);
        if (!b.value.isPriced) return b; // the next gain is charged at the lowest rate seen since the last one

        _addPerformanceFee(b);
        b.performanceFeeBps = b.terms.performanceFeeBps;
    }

    function _addManagementFee(Books memory b, uint256 rateBps, uint256 elapsed) private pure {
        // safe: the rate is below 2^16, the time below 2^48, the fee at most a twentieth
        unchecked {
            uint256 fee = Math.min(rateBps * elapsed * WAD / (YEAR * BPS), MAX_MANAGEMENT_FEE);
            b.managementShares = FixedMath.mulDivDown(b.supply, fee, WAD - fee);
        }
        b.supply += b.managementShares;
    }

    function _addPerformanceFee(Books memory b) private pure {
        uint256 navPerShare = _navPerShareDown(b);
        if (b.supply > 0 && navPerShare > b.mark) {
            uint256 gain = FixedMath.mulDivDown(navPerShare - b.mark, b.supply, MARK_UNIT);
            uint256 fee = gain * b.performanceFeeBps / BPS;
            // safe: the fee is at most 30 % of a gain that is at most NAV + 1
            b.performanceShares = FixedMath.mulDivDown(b.supply, fee, b.value.nav - fee);
            b.supply += b.performanceShares;
        }

        uint256 mark = _navPerShareUp(b);
        if (mark > b.mark || b.supply == 0) b.mark = mark;
    }

    /// In units of the mark; saturates at the greatest mark, above which there is no gain.
    function _navPerShareDown(Books memory b) internal pure returns (uint256) {
        return Math.min(FixedMath.mulDivDown(_priceAssets(b), MARK_UNIT, _priceShares(b)), MAX_MARK);
    }

    function _navPerShareUp(Books memory b) private pure returns (uint256) {
        return Math.min(FixedMath.mulDivUp(_priceAssets(b), MARK_UNIT, _priceShares(b)), MAX_MARK);
    }

    /// Keeps what `b` says; the fee shares count from now on and wait to be minted.
    function _accrue(Books memory b) internal {
        uint256 shares = b.managementShares + b.performanceShares;
        // safe: rates are those of the mandate or stored ones
        (uint16 managementFeeBps, uint16 performanceFeeBps) = (b.terms.managementFeeBps, uint16(b.performanceFeeBps));
        account.accruedAt = uint48(block.timestamp);
        account.managementFeeBps = managementFeeBps;
        account.performanceFeeBps = performanceFeeBps;
        if (shares == 0 && b.mark == b.lastMark) return;

        // safe: at most MAX_MARK. Saturating: what nobody has minted in time can stop nobody's exit.
        (uint128 mark, uint128 feeShares) =
            (uint128(b.mark), uint128(Math.min(b.feeShares + shares, type(uint128).max)));
        account.mark = mark;
        account.feeShares = feeShares;
        emit FeesAccrued(b.managementShares, b.performanceShares, b.mark);
    }

    /// @inheritdoc IVault
    function feeState() external view returns (FeeState memory) {
        Account memory stored = account;
        return FeeState({
            mark: stored.mark,
            feeShares: stored.feeShares,
            accruedAt: stored.accruedAt,
            managementFeeBps: stored.managementFeeBps,
            performanceFeeBps: stored.performanceFeeBps
        });
    }

    /* CONVERT */

    /// A share unit is worth this many base units over `_priceShares`.
    function _priceAssets(Books memory b) private pure returns (uint256) {
        unchecked {
            return b.value.nav + 1; // safe: cash and eight values, each below 2^128
        }
    }

    function _priceShares(Books memory b) private pure returns (uint256) {
        unchecked {
            return b.supply + VIRTUAL_SHARES; // safe: no mint leaves less room than that
        }
    }

    function _toSharesDown(Books memory b, uint256 assets) internal pure returns (uint256) {
        return FixedMath.mulDivDown(assets, _priceShares(b), _priceAssets(b));
    }

    function _toSharesUp(Books memory b, uint256 assets) private pure returns (uint256) {
        return FixedMath.mulDivUp(assets, _priceShares(b), _priceAssets(b));
    }

    function _toAssetsDown(Books memory b, uint256 shares) internal pure returns (uint256) {
        return FixedMath.mulDivDown(shares, _priceAssets(b), _priceShares(b));
    }

    function _toAssetsUp(Books memory b, uint256 shares) internal pure returns (uint256) {
        return FixedMath.mulDivUp(shares, _priceAssets(b), _priceShares(b));
    }

    /* SPREADS */

    // What `x` is before `spread` of it stays behind: x / (1 − spread). safe: spreads are at most a tenth

    /// Shares that depositing `assets` mints.
    function _sharesIn(Books memory b, uint256 assets) internal pure returns (uint256) {
        return _toSharesDown(b, assets - _entrySpread(b, assets));
    }

    function _entrySpread(Books memory b, uint256 assets) internal pure returns (uint256) {
        return b.supply == 0 ? 0 : FixedMath.mulDivUp(assets, b.terms.entrySpreadBps, BPS);
    }

    /// Assets that minting `shares` takes.
    function _assetsIn(Books memory b, uint256 shares) internal pure returns (uint256 assets) {
        assets = _toAssetsUp(b, shares);
        if (b.supply > 0) assets = FixedMath.mulDivUp(assets, BPS, BPS - b.terms.entrySpreadBps);
    }

    /// Assets that redeeming `shares` pays.
    function _assetsOut(Books memory b, uint256 shares) internal pure returns (uint256 assets) {
        assets = _toAssetsDown(b, shares);
        if (shares < b.supply) assets -= FixedMath.mulDivUp(assets, b.terms.exitSpreadBps, BPS);
    }

    /// Shares that withdrawing `assets` burns.
    function _sharesOut(Books memory b, uint256 assets) internal pure returns (uint256 shares) {
        uint256 gross = FixedMath.mulDivUp(assets, BPS, BPS - b.terms.exitSpreadBps);
        shares = _toSharesUp(b, gross);
        // All shares together pay no spread.
        if (shares > b.supply && assets <= _toAssetsDown(b, b.supply)) shares = b.supply;
    }

    /// The most of `shares` that idle cash pays for.
    function _sharesPayable(Books memory b, uint256 shares) internal pure returns (uint256) {
        if (_assetsOut(b, shares) <= b.value.idle) return shares;

        uint256 gross = FixedMath.mulDivDown(b.value.idle, BPS, BPS - b.terms.exitSpreadBps);
        // Without the last share the rest pays the spread again.
        return Math.min(shares - 1, _toSharesDown(b, gross));
    }
}
