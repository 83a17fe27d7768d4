// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// Limits of a vault. Tightening is instant, loosening waits for the delay of the loosening role.
struct MandateParams {
    uint16 targetVolBps; // annualised volatility the vault aims at, 1e4 = 100 %/yr
    uint16 bandBps; // a weight further than this from its target opens an auction
    uint16 cashFloorBps; // of NAV, kept as base asset
    uint8 levels; // mask of accepted `Level`s
    uint32 maxSignalAge; // seconds from the candle's end
    uint32 maxPriceAge; // seconds; valuation
    uint32 entryMaxAge; // seconds; deposits and idle exits
    uint32 fillMaxAge; // seconds; fills
    uint32 auctionLife; // seconds from opening to the worst price
    uint16 premiumBps; // at opening the vault asks this much better than the oracle price
    uint16 slippageBps; // at the end it accepts this much worse
}

/// What one position may take of the vault.
struct Allocation {
    uint16 capBps; // of NAV, never more than this
    uint16 shareBps; // of the volatility target; fixed
}

/// @title IMandate
/// @notice What a vault may hold and how it may trade.
interface IMandate {
    event TargetVolChanged(uint16 targetVolBps);
    event CapChanged(uint256 indexed position, uint16 capBps);
    event BandChanged(uint16 bandBps);
    event MaxSignalAgeChanged(uint32 maxSignalAge);

    error MandateParamInvalid(bytes32 name, uint256 value);
    error NotTighter(uint256 value, uint256 current);
    error NotLooser(uint256 value, uint256 current);
    error CapsAboveInvestable(uint256 sumBps, uint256 investableBps);
    error PositionUnknown(uint256 position);

    /// @notice Returns the weight position `position` should have under a volatility forecast of `signal`.
    /// @dev min(cap, share · targetVol / 2^signal). The shares of all positions sum to 1 at most, so that their joint
    /// volatility cannot exceed the target; their caps sum to 1 − cash floor at most.
    /// @custom:rounding down, toward cash
    /// @param signal log2Q32 of the annualised volatility
    /// @return weightBps of NAV
    function targetWeightBps(uint256 position, int64 signal) external view returns (uint16 weightBps);

    /// @custom:access curator
    function lowerTargetVol(uint16 targetVolBps) external;

    /// @custom:access curator, after the loosening delay
    function raiseTargetVol(uint16 targetVolBps) external;

    /// @custom:access curator
    function lowerCap(uint256 position, uint16 capBps) external;

    /// @custom:access curator, after the loosening delay
    function raiseCap(uint256 position, uint16 capBps) external;

    /// @custom:access curator
    function lowerMaxSignalAge(uint32 maxSignalAge) external;

    /// @custom:access curator, after the loosening delay
    function raiseMaxSignalAge(uint32 maxSignalAge) external;

    /// @notice A wider or a narrower band is neither safer nor riskier; it changes how often the vault trades.
    /// @custom:access curator, after the loosening delay
    function setBand(uint16 bandBps) external;

    function params() external view returns (MandateParams memory);

    function capBps(uint256 position) external view returns (uint16);

    function shareBps(uint256 position) external view returns (uint16);

    function positions() external view returns (uint256 count);
}
