// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {FixedPointMathLib as Math} from "solady/src/utils/FixedPointMathLib.sol";
import {
    Allocation,
    FillReport,
    IMandate,
    Judgement,
    Limit,
    MandateParams,
    ShareTerms
} from "../interfaces/IMandate.sol";
import {Level, Signal} from "../interfaces/ISignalFeed.sol";
import {Budget} from "../libraries/Budget.sol";
import {FixedMath} from "../libraries/FixedMath.sol";

// JUDGE
// Weights are rounded down, toward cash. A share of the volatility target per position and no correlation assumed: the
// joint volatility is at most the target, less when positions diversify.
// Each weight is cut to its own cap and nothing is normalised afterwards: caps that sum to what may be invested keep
// every sum of weights below it, whatever the signals.
//
// ENFORCE
// After a fill the vault reports what it now holds and what trading cost; the mandate computes anew and refuses.
// Both budgets count parts of NAV, rounded up at every fill, so that splitting an order never helps.
// They are kept per caller: one mandate may serve several vaults, and none can use up another's.
//
// LIMITS
// What changes lies in three slots, one for fills, one for entry and fees, one for who receives those; everything else
// is fixed for good. No loosening leaves the bounds that creation has.
//
// ROLES
// Tightening and loosening are separate functions, so that the AccessManager can let the one act at once and delay the
// other. What only reduces risk is instant.
contract Mandate is IMandate, AccessManaged {
    using SafeCast for uint256;

    /// What a fill is judged by.
    struct Limits {
        // 16 · 4 + 32 · 2 + 128 bits: one slot, full
        uint16 targetVolBps;
        uint16 bandBps;
        uint16 maxDrawdownBps;
        uint16 lossBudgetBps;
        uint32 turnoverBudgetBps;
        uint32 maxSignalAge;
        uint128 caps; // 16 bits a position, the first in the lowest; zero beyond the last
    }

    /// What entering and holding is judged by.
    struct Terms {
        // 128 + 48 + 16 · 2 bits: one slot, 48 free
        uint128 depositCap;
        uint48 entryPausedUntil;
        uint16 managementFeeBps;
        uint16 performanceFeeBps;
    }

    uint256 private constant BPS = 1e4;
    uint256 private constant WAD = 1e18;
    uint256 private constant E7 = 1e7; // budgets are counted in 1e-7 of NAV
    uint256 private constant E7_PER_BPS = E7 / BPS;

    uint256 private constant MAX_POSITIONS = 8;
    uint256 private constant PART_BITS = 16; // of a cap or share within its word
    uint256 private constant PART = type(uint16).max;
    uint256 private constant MAX_TARGET_VOL_BPS = 1e4; // 100 %/yr
    uint256 private constant MAX_OFF_BPS = 1e3; // an auction never leaves ±10 % of the oracle price
    uint256 private constant MAX_SPREAD_BPS = 1e3; // no way in or out costs more than 10 %
    uint256 private constant MAX_MANAGEMENT_FEE_BPS = 500; // 5 %/yr
    uint256 private constant MAX_PERFORMANCE_FEE_BPS = 3000; // 30 %
    uint256 private constant MAX_LOSS_BUDGET_BPS = 1e3; // 10 % of NAV in a window; below Budget.MAX_LOSS
    uint256 private constant MAX_TURNOVER_BUDGET_BPS = 1e5; // ten times NAV in a window; below Budget.MAX_TURNOVER
    uint256 private constant MIN_TURNOVER_BUDGET_BPS = 10; // one smallest fill
    uint256 private constant MIN_BUDGET_WINDOW = 4 hours; // see Budget.NUMBER_BITS
    uint256 private constant PAUSE_DURATION = 7 days;
    uint256 private constant ALL_LEVELS = Level.EXECUTED | Level.OPTIMISTIC | Level.SCORED;
    int64 private constant SIGNAL_LIMIT = 64 << 32; // exp2Wad ends here

    uint16 private immutable cashFloorBps;
    uint8 private immutable levels;
    uint32 private immutable unwindDelay;
    uint32 private immutable maxPriceAge;
    uint32 private immutable entryMaxAge;
    uint32 private immutable fillMaxAge;
    uint32 private immutable auctionLife;
    uint16 private immutable premiumBps;
    uint16 private immutable slippageBps;
    uint16 private immutable venueFeeBps;
    uint32 private immutable budgetWindow;
    uint16 private immutable entrySpreadBps;
    uint16 private immutable exitSpreadBps;
    /// @inheritdoc IMandate
    uint256 public immutable positions;
    uint256 private immutable shares; // packed as caps are

    Limits private _limits;
    Terms private _terms;
    /// @inheritdoc IMandate
    address public feeRecipient;
    mapping(address vault => uint256 state) private _usage; // of both budgets, as `Budget` packs it

    constructor(
        address authority,
        MandateParams memory newParams,
        ShareTerms memory newTerms,
        address newFeeRecipient,
        Allocation[] memory allocations
    ) AccessManaged(authority) {
        _checkParams(newParams);
        _checkTerms(newTerms);
        _checkWithin("positions", allocations.length, 1, MAX_POSITIONS);

        cashFloorBps = newParams.cashFloorBps;
        levels = newParams.levels;
        unwindDelay = newParams.unwindDelay;
        maxPriceAge = newParams.maxPriceAge;
        entryMaxAge = newParams.entryMaxAge;
        fillMaxAge = newParams.fillMaxAge;
        auctionLife = newParams.auctionLife;
        premiumBps = newParams.premiumBps;
        slippageBps = newParams.slippageBps;
        venueFeeBps = newParams.venueFeeBps;
        budgetWindow = newParams.budgetWindow;
        entrySpreadBps = newTerms.entrySpreadBps;
        exitSpreadBps = newTerms.exitSpreadBps;
        positions = allocations.length;

        _setBand(newParams.bandBps);
        _setDepositCap(newTerms.depositCap);
        _setFeeRecipient(newFeeRecipient);
        _setLimit(Limit.TargetVol, newParams.targetVolBps);
        _setLimit(Limit.MaxSignalAge, newParams.maxSignalAge);
        _setLimit(Limit.MaxDrawdown, newParams.maxDrawdownBps);
        _setLimit(Limit.LossBudget, newParams.lossBudgetBps);
        _setLimit(Limit.TurnoverBudget, newParams.turnoverBudgetBps);
        _setLimit(Limit.ManagementFee, newTerms.managementFeeBps);
        _setLimit(Limit.PerformanceFee, newTerms.performanceFeeBps);
        _checkFeeRecipient();
        shares = _allocate(allocations);
        _checkCaps(newParams.cashFloorBps);
    }

    function _allocate(Allocation[] memory allocations) private returns (uint256 packed) {
        uint256 sum;
        for (uint256 i; i < allocations.length; ++i) {
            uint256 share = allocations[i].shareBps;
            _checkWithin("shareBps", share, 1, BPS);
            sum += share;
            packed |= share << (i * PART_BITS);
            _setCap(i, allocations[i].capBps);
        }
        _checkWithin("shareBps", sum, 1, BPS);
    }

    /* JUDGE */

    /// @inheritdoc IMandate
    function judge(uint256 position, Signal calldata signal) external view returns (Judgement memory j) {
        Limits memory limits = _limits;
        uint256 freshUntil = uint256(signal.closedAt) + limits.maxSignalAge;
        bool isPublished = signal.closedAt > 0;
        j.isFresh = isPublished && signal.level & levels != 0 && block.timestamp <= freshUntil;
        if (j.isFresh) j.targetWeightBps = _targetWeight(limits, position, signal.value);
        else j.isUnwinding = !isPublished || block.timestamp > freshUntil + unwindDelay;

        (j.turnoverLeftE7, j.lossLeftE7) = _budgetsLeft(limits, msg.sender);
        (j.bandBps, j.maxDrawdownBps) = (limits.bandBps, limits.maxDrawdownBps);
        (j.cashFloorBps, j.premiumBps, j.slippageBps) = (cashFloorBps, premiumBps, slippageBps);
        j.fillMaxAge = fillMaxAge;
    }

    /// @inheritdoc IMandate
    function targetWeightBps(uint256 position, int64 signal) external view returns (uint16 weightBps) {
        return _targetWeight(_limits, position, signal);
    }

    function _targetWeight(Limits memory limits, uint256 position, int64 signal) private view returns (uint16) {
        uint256 cap = _capBps(limits, position);
        if (signal >= SIGNAL_LIMIT) return 0; // no volatility target holds any of that

        uint256 vol = FixedMath.exp2Wad(signal);
        uint256 wanted = vol == 0 ? cap : uint256(shareBps(position)) * limits.targetVolBps * (WAD / BPS) / vol;
        return uint16(Math.min(cap, wanted)); // safe: at most a cap
    }

    /// @inheritdoc IMandate
    function budgetsLeft(address vault) external view returns (uint256 turnoverE7, uint256 lossE7) {
        return _budgetsLeft(_limits, vault);
    }

    function _budgetsLeft(Limits memory limits, address vault) private view returns (uint256, uint256) {
        (uint256 turnover, uint256 loss) = Budget.used(_usage[vault], block.timestamp, budgetWindow);
        return (
            Math.zeroFloorSub(limits.turnoverBudgetBps * E7_PER_BPS, turnover),
            Math.zeroFloorSub(limits.lossBudgetBps * E7_PER_BPS, loss)
        );
    }

    /* ENFORCE */

    /// @inheritdoc IMandate
    function enforce(uint256 position, FillReport calldata report) external {
        Limits memory limits = _limits;
        if (report.isPurchase) _checkPurchase(limits, position, report);

        uint256 turnover = _partOfNav(report.turnover, report.nav);
        uint256 loss = _partOfNav(report.loss, report.nav);
        // Passes even where tightening has left more used than allowed: requested exits go on.
        if (turnover > 0 || loss > 0) _use(limits, turnover, loss);
    }

    function _use(Limits memory limits, uint256 turnover, uint256 loss) private {
        (uint256 state, uint256 totalTurnover, uint256 totalLoss) =
            Budget.add(_usage[msg.sender], block.timestamp, budgetWindow, turnover, loss);
        _usage[msg.sender] = state;

        uint256 budget = limits.turnoverBudgetBps * E7_PER_BPS;
        require(totalTurnover <= budget, TurnoverBudgetExceeded(totalTurnover, budget));
        budget = limits.lossBudgetBps * E7_PER_BPS;
        // Trading at the oracle price or better goes on without a loss budget.
        require(loss == 0 || totalLoss <= budget, LossBudgetExceeded(totalLoss, budget));
    }

    function _checkPurchase(Limits memory limits, uint256 position, FillReport calldata report) private view {
        uint256 cap = _capBps(limits, position);
        uint256 weight = FixedMath.mulDivUp(report.value, BPS, Math.max(report.nav, 1));
        require(weight <= cap, WeightAboveCap(position, weight, cap));

        uint256 floor = FixedMath.mulDivUp(report.nav, cashFloorBps, BPS);
        require(report.idle >= floor, CashBelowFloor(report.idle, floor));
    }

    /// Parts of an empty vault count as parts of one base unit: a report of trading without value exceeds any budget.
    function _partOfNav(uint256 amount, uint256 nav) private pure returns (uint256) {
        return FixedMath.mulDivUp(amount, E7, Math.max(nav, 1));
    }

    /* TIGHTEN */

    /// @inheritdoc IMandate
    function tighten(Limit limit, uint32 value) external restricted {
        uint256 current = _limit(limit);
        require(value < current, NotTighter(value, current));

        _setLimit(limit, value);
    }

    /// @inheritdoc IMandate
    function lowerCap(uint256 position, uint16 newCapBps) external restricted {
        uint256 current = capBps(position);
        require(newCapBps < current, NotTighter(newCapBps, current));

        _setCap(position, newCapBps);
    }

    /// @inheritdoc IMandate
    function lowerDepositCap(uint128 depositCap) external restricted {
        require(depositCap < _terms.depositCap, NotTighter(depositCap, _terms.depositCap));

        _setDepositCap(depositCap);
    }

    /// @inheritdoc IMandate
    function pauseEntry() external restricted {
        uint48 until = uint48(block.timestamp + PAUSE_DURATION); // safe: until year 8.9M
        _terms.entryPausedUntil = until;
        emit EntryPaused(until);
    }

    /// @inheritdoc IMandate
    function resumeEntry() external restricted {
        _terms.entryPausedUntil = 0;
        emit EntryResumed();
    }

    /* LOOSEN */

    /// @inheritdoc IMandate
    function loosen(Limit limit, uint32 value) external restricted {
        uint256 current = _limit(limit);
        require(value > current, NotLooser(value, current));
        _checkLimit(limit, value);

        _setLimit(limit, value);
        _checkFeeRecipient();
    }

    /// @inheritdoc IMandate
    function raiseCap(uint256 position, uint16 newCapBps) external restricted {
        uint256 current = capBps(position);
        require(newCapBps > current, NotLooser(newCapBps, current));

        _setCap(position, newCapBps);
        _checkCaps(cashFloorBps);
    }

    /// @inheritdoc IMandate
    function raiseDepositCap(uint128 depositCap) external restricted {
        require(depositCap > _terms.depositCap, NotLooser(depositCap, _terms.depositCap));

        _setDepositCap(depositCap);
    }

    /// @inheritdoc IMandate
    function setBand(uint16 bandBps) external restricted {
        _checkWithin("bandBps", bandBps, 1, BPS);

        _setBand(bandBps);
    }

    /// @inheritdoc IMandate
    function setFeeRecipient(address newFeeRecipient) external restricted {
        require(newFeeRecipient != address(0), MandateParamInvalid("feeRecipient", 0));

        _setFeeRecipient(newFeeRecipient);
    }

    /* VIEWS */

    /// @inheritdoc IMandate
    function params() external view returns (MandateParams memory) {
        Limits memory limits = _limits;
        return MandateParams({
            targetVolBps: limits.targetVolBps,
            bandBps: limits.bandBps,
            cashFloorBps: cashFloorBps,
            levels: levels,
            maxSignalAge: limits.maxSignalAge,
            unwindDelay: unwindDelay,
            maxPriceAge: maxPriceAge,
            entryMaxAge: entryMaxAge,
            fillMaxAge: fillMaxAge,
            auctionLife: auctionLife,
            premiumBps: premiumBps,
            slippageBps: slippageBps,
            venueFeeBps: venueFeeBps,
            maxDrawdownBps: limits.maxDrawdownBps,
            lossBudgetBps: limits.lossBudgetBps,
            turnoverBudgetBps: limits.turnoverBudgetBps,
            budgetWindow: budgetWindow
        });
    }

    /// @inheritdoc IMandate
    function terms() external view returns (ShareTerms memory) {
        Terms memory stored = _terms;
        return ShareTerms({
            depositCap: stored.depositCap,
            entryPausedUntil: stored.entryPausedUntil,
            entrySpreadBps: entrySpreadBps,
            exitSpreadBps: exitSpreadBps,
            managementFeeBps: stored.managementFeeBps,
            performanceFeeBps: stored.performanceFeeBps
        });
    }

    /// @inheritdoc IMandate
    function capBps(uint256 position) public view returns (uint16) {
        return _capBps(_limits, position);
    }

    function _capBps(Limits memory limits, uint256 position) private view returns (uint16) {
        require(position < positions, PositionUnknown(position));

        return uint16(limits.caps >> (position * PART_BITS));
    }

    /// @inheritdoc IMandate
    function shareBps(uint256 position) public view returns (uint16) {
        require(position < positions, PositionUnknown(position));

        return uint16(shares >> (position * PART_BITS));
    }

    function _limit(Limit limit) private view returns (uint256) {
        if (limit == Limit.TargetVol) return _limits.targetVolBps;
        if (limit == Limit.MaxSignalAge) return _limits.maxSignalAge;
        if (limit == Limit.MaxDrawdown) return _limits.maxDrawdownBps;
        if (limit == Limit.LossBudget) return _limits.lossBudgetBps;
        if (limit == Limit.TurnoverBudget) return _limits.turnoverBudgetBps;
        if (limit == Limit.ManagementFee) return _terms.managementFeeBps;
        return _terms.performanceFeeBps;
    }

    /* WRITES */

    function _setLimit(Limit limit, uint256 value) private {
        if (limit == Limit.TargetVol) _limits.targetVolBps = value.toUint16();
        else if (limit == Limit.MaxSignalAge) _limits.maxSignalAge = value.toUint32();
        else if (limit == Limit.MaxDrawdown) _limits.maxDrawdownBps = value.toUint16();
        else if (limit == Limit.LossBudget) _limits.lossBudgetBps = value.toUint16();
        else if (limit == Limit.TurnoverBudget) _limits.turnoverBudgetBps = value.toUint32();
        else if (limit == Limit.ManagementFee) _terms.managementFeeBps = value.toUint16();
        else _terms.performanceFeeBps = value.toUint16();
        emit LimitChanged(limit, value.toUint32());
    }

    function _setCap(uint256 position, uint16 newCapBps) private {
        uint256 shift = position * PART_BITS;
        uint256 others = _limits.caps & ~(PART << shift);
        _limits.caps = uint128(others | uint256(newCapBps) << shift); // safe: eight of 16 bits
        emit CapChanged(position, newCapBps);
    }

    function _setBand(uint16 bandBps) private {
        _limits.bandBps = bandBps;
        emit BandChanged(bandBps);
    }

    function _setDepositCap(uint128 depositCap) private {
        _terms.depositCap = depositCap;
        emit DepositCapChanged(depositCap);
    }

    function _setFeeRecipient(address newFeeRecipient) private {
        feeRecipient = newFeeRecipient;
        emit FeeRecipientChanged(newFeeRecipient);
    }

    /* CHECKS */

    function _checkParams(MandateParams memory p) private pure {
        _checkLimit(Limit.TargetVol, p.targetVolBps);
        _checkLimit(Limit.MaxSignalAge, p.maxSignalAge);
        _checkLimit(Limit.MaxDrawdown, p.maxDrawdownBps);
        _checkLimit(Limit.LossBudget, p.lossBudgetBps);
        _checkLimit(Limit.TurnoverBudget, p.turnoverBudgetBps);
        _checkWithin("bandBps", p.bandBps, 1, BPS);
        _checkWithin("cashFloorBps", p.cashFloorBps, 0, BPS - 1);
        _checkWithin("levels", p.levels, 1, ALL_LEVELS);
        _checkWithin("maxPriceAge", p.maxPriceAge, 1, type(uint32).max);
        // A price good enough to enter or to trade at is good enough to value with.
        _checkWithin("entryMaxAge", p.entryMaxAge, 1, p.maxPriceAge);
        _checkWithin("fillMaxAge", p.fillMaxAge, 1, p.maxPriceAge);
        _checkWithin("auctionLife", p.auctionLife, 1, type(uint32).max);
        _checkWithin("premiumBps", p.premiumBps, 0, MAX_OFF_BPS);
        // Without more slippage than that no filler could ever cover the fee of a venue.
        _checkWithin("slippageBps", p.slippageBps, uint256(p.venueFeeBps) + 1, MAX_OFF_BPS);
        _checkWithin("budgetWindow", p.budgetWindow, MIN_BUDGET_WINDOW, type(uint32).max);
    }

    function _checkTerms(ShareTerms memory t) private pure {
        _checkLimit(Limit.ManagementFee, t.managementFeeBps);
        _checkLimit(Limit.PerformanceFee, t.performanceFeeBps);
        _checkWithin("entrySpreadBps", t.entrySpreadBps, 0, MAX_SPREAD_BPS);
        _checkWithin("exitSpreadBps", t.exitSpreadBps, 0, MAX_SPREAD_BPS);
        _checkWithin("entryPausedUntil", t.entryPausedUntil, 0, 0); // only a guardian pauses
    }

    function _checkLimit(Limit limit, uint256 value) private pure {
        if (limit == Limit.TargetVol) _checkWithin("targetVolBps", value, 1, MAX_TARGET_VOL_BPS);
        else if (limit == Limit.MaxSignalAge) _checkWithin("maxSignalAge", value, 1, type(uint32).max);
        else if (limit == Limit.MaxDrawdown) _checkWithin("maxDrawdownBps", value, 1, BPS);
        else if (limit == Limit.LossBudget) _checkWithin("lossBudgetBps", value, 1, MAX_LOSS_BUDGET_BPS);
        else if (limit == Limit.TurnoverBudget) {
            _checkWithin("turnoverBudgetBps", value, MIN_TURNOVER_BUDGET_BPS, MAX_TURNOVER_BUDGET_BPS);
        } else if (limit == Limit.ManagementFee) _checkWithin("managementFeeBps", value, 0, MAX_MANAGEMENT_FEE_BPS);
        else _checkWithin("performanceFeeBps", value, 0, MAX_PERFORMANCE_FEE_BPS);
    }

    function _checkFeeRecipient() private view {
        bool isFree = _terms.managementFeeBps == 0 && _terms.performanceFeeBps == 0;
        require(isFree || feeRecipient != address(0), MandateParamInvalid("feeRecipient", 0));
    }

    function _checkCaps(uint16 floorBps) private view {
        uint256 sum;
        for (uint256 caps = _limits.caps; caps > 0; caps >>= PART_BITS) {
            sum += caps & PART;
        }
        uint256 investable = BPS - floorBps;
        require(sum <= investable, CapsAboveInvestable(sum, investable));
    }

    function _checkWithin(bytes32 name, uint256 value, uint256 min, uint256 max) private pure {
        require(min <= value && value <= max, MandateParamInvalid(name, value));
    }
}
