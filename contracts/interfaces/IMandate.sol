// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Signal} from "./ISignalFeed.sol";

/// Limits of a vault. Tightening is instant, loosening waits for the delay of the loosening role.
struct MandateParams {
    uint16 targetVolBps; // annualised volatility the vault aims at, 1e4 = 100 %/yr
    uint16 bandBps; // a weight further than this from its target opens an auction
    uint16 cashFloorBps; // of NAV, kept as base asset
    uint8 levels; // mask of accepted `Level`s
    uint32 maxSignalAge; // seconds from the candle's end; an older signal buys nothing
    uint32 unwindDelay; // seconds beyond `maxSignalAge` after which anyone may unwind toward the base asset
    uint32 maxPriceAge; // seconds; valuation
    uint32 entryMaxAge; // seconds; deposits and idle exits
    uint32 fillMaxAge; // seconds; fills
    uint32 auctionLife; // seconds from opening to the worst price
    uint16 premiumBps; // at opening the vault asks this much better than the oracle price
    uint16 slippageBps; // at the end it accepts this much worse
    uint16 venueFeeBps; // what a filler is assumed to pay at a venue; slippage exceeds it by a price's uncertainty
    uint16 maxDrawdownBps; // below the high-water mark by more, the vault only reduces; 1e4: never
    uint16 lossBudgetBps; // of NAV, given away against the oracle price in any `budgetWindow`
    uint32 turnoverBudgetBps; // of NAV, traded in any `budgetWindow`
    uint32 budgetWindow; // seconds
}

/// What entering, holding and leaving costs.
struct ShareTerms {
    uint128 depositCap; // base units; NAV above it takes no deposits
    uint48 entryPausedUntil; // unix seconds; in the past: open
    uint16 entrySpreadBps; // of the assets that enter, left to the other shares
    uint16 exitSpreadBps; // of the assets that leave as cash, left to the other shares
    uint16 managementFeeBps; // of NAV a year
    uint16 performanceFeeBps; // of the gain above the high-water mark
}

/// What a mandate says of trading one position of a vault now.
struct Judgement {
    bool isFresh; // the signal is of an accepted level and age
    bool isUnwinding; // it has been stale for longer than the unwind delay
    uint16 targetWeightBps; // of NAV; 0 while the signal is stale
    uint16 bandBps;
    uint16 cashFloorBps;
    uint16 premiumBps;
    uint16 slippageBps;
    uint16 maxDrawdownBps;
    uint32 fillMaxAge;
    uint256 turnoverLeftE7; // 1e-7 of NAV
    uint256 lossLeftE7; // 1e-7 of NAV
}

/// What one position may take of the vault.
struct Allocation {
    uint16 capBps; // of NAV, never more than this
    uint16 shareBps; // of the volatility target; fixed
}

/// Limits that one number states. Lower is tighter for all of them.
enum Limit {
    TargetVol, // bps a year
    MaxSignalAge, // seconds
    MaxDrawdown, // bps
    LossBudget, // bps of NAV
    TurnoverBudget, // bps of NAV
    ManagementFee, // bps a year
    PerformanceFee // bps
}

/// What a fill did, as its vault accounts for it. Amounts in base units at the fill's oracle prices.
struct FillReport {
    uint256 nav; // after the fill
    uint256 idle; // base asset after the fill
    uint256 value; // of the position after the fill
    uint256 turnover; // traded, without what requested exits needed
    uint256 loss; // given away against the oracle price, without the part of requested exits
    bool isPurchase;
}

/// @title IMandate
/// @notice What a vault may hold and how it may trade; it enforces that after every fill.
/// @custom:invariant VLT-3 loss and turnover in any window ≤ budget whatever the order split
interface IMandate {
    event LimitChanged(Limit indexed limit, uint32 value);
    event CapChanged(uint256 indexed position, uint16 capBps);
    event BandChanged(uint16 bandBps);
    event DepositCapChanged(uint128 depositCap);
    event FeeRecipientChanged(address indexed feeRecipient);
    event EntryPaused(uint48 until);
    event EntryResumed();

    error MandateParamInvalid(bytes32 name, uint256 value);
    error NotTighter(uint256 value, uint256 current);
    error NotLooser(uint256 value, uint256 current);
    error CapsAboveInvestable(uint256 sumBps, uint256 investableBps);
    error PositionUnknown(uint256 position);
    error WeightAboveCap(uint256 position, uint256 weightBps, uint256 capBps);
    error CashBelowFloor(uint256 idle, uint256 floor);
    error TurnoverBudgetExceeded(uint256 usedE7, uint256 budgetE7);
    error LossBudgetExceeded(uint256 usedE7, uint256 budgetE7);

    /// @notice Returns the weight position `position` should have under a volatility forecast of `signal`.
    /// @dev min(cap, share · targetVol / 2^signal). The shares of all positions sum to 1 at most, so that their joint
    /// volatility cannot exceed the target; their caps sum to 1 − cash floor at most.
    /// @custom:rounding down, toward cash
    /// @param signal log2Q32 of the annualised volatility
    /// @return weightBps of NAV
    function targetWeightBps(uint256 position, int64 signal) external view returns (uint16 weightBps);

    /// @notice Returns all that the calling vault needs to decide about trading `position` under `signal`.
    /// @dev - `signal` is fresh up to `maxSignalAge` from its candle's end, `isUnwinding` more than `unwindDelay` later;
    /// without any signal since ever. Budgets are the caller's.
    /// @custom:rounding weight and budgets down, toward cash
    function judge(uint256 position, Signal calldata signal) external view returns (Judgement memory);

    /* ENFORCE */

    /// @notice Checks a fill of the calling vault against every limit and counts it against its budgets.
    /// @dev - A purchase may leave neither the weight above its cap nor the cash below its floor.
    /// - Budgets are kept per caller, as parts of NAV: a vault can use up only its own. No window holds more than the
    /// budget, wherever it starts; a use may count for up to a quarter of the window longer.
    /// - What uses no budget passes even when both are used up.
    /// @custom:access anyone, for itself
    /// @custom:rounding use of budgets up, against trading
    function enforce(uint256 position, FillReport calldata report) external;

    /// @notice Returns what `vault` may still trade and still lose now, in 1e-7 of NAV.
    /// @custom:rounding down, against trading
    function budgetsLeft(address vault) external view returns (uint256 turnoverE7, uint256 lossE7);

    /* TIGHTEN */

    /// @notice Lowers `limit`, to nothing if need be.
    /// @custom:access curator
    function tighten(Limit limit, uint32 value) external;

    /// @custom:access curator
    function lowerCap(uint256 position, uint16 capBps) external;

    /// @custom:access curator
    function lowerDepositCap(uint128 depositCap) external;

    /// @notice Stops deposits for a week from now; leaving stays possible in every way. Expires by itself.
    /// @custom:access guardian
    function pauseEntry() external;

    /// @custom:access guardian
    function resumeEntry() external;

    /* LOOSEN */

    /// @notice Raises `limit`.
    /// @dev Reverts beyond what a mandate may ever allow: a volatility of 100 % a year, a loss of 10 % and a turnover of
    /// ten times NAV in a window, fees of 5 % a year and 30 %.
    /// @custom:access curator, after the loosening delay
    function loosen(Limit limit, uint32 value) external;

    /// @custom:access curator, after the loosening delay
    function raiseCap(uint256 position, uint16 capBps) external;

    /// @custom:access curator, after the loosening delay
    function raiseDepositCap(uint128 depositCap) external;

    /// @notice A wider or a narrower band is neither safer nor riskier; it changes how often the vault trades.
    /// @custom:access curator, after the loosening delay
    function setBand(uint16 bandBps) external;

    /// @dev Reverts when it is nobody: fee shares may be waiting to be minted.
    /// @custom:access curator, after the loosening delay
    function setFeeRecipient(address feeRecipient) external;

    /* VIEWS */

    function params() external view returns (MandateParams memory);

    function terms() external view returns (ShareTerms memory);

    /// @notice Returns who gets fee shares when they are minted; zero only where there never was a fee.
    function feeRecipient() external view returns (address);

    function capBps(uint256 position) external view returns (uint16);

    function shareBps(uint256 position) external view returns (uint16);

    function positions() external view returns (uint256 count);
}
