// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IPriceSource, MarketId} from "./IPriceSource.sol";

/// One session or hour of a market. Prices are 1e8 per unit, times unix seconds.
/// 0 < low <= open, close <= high and start < end.
struct Candle {
    uint48 start;
    uint48 end; // exclusive; the candle is closed once `end` has passed
    uint128 open;
    uint128 high;
    uint128 low;
    uint128 close;
}

/// @title ISignedSource
/// @notice Keeps the newest price and the newest closed candle that a quorum of oracle nodes has signed.
/// @dev Reports are EIP-712 typed data of the domain ("AIBOT IYI SignedSource", "1", chain id, this contract):
/// - `PriceReport(bytes32 market,uint128 price,uint48 observedAt)`
/// - `CandleReport(bytes32 market,uint48 start,uint48 end,uint128 open,uint128 high,uint128 low,uint128 close)`
/// - `signatures` is the concatenation of 65-byte `r ‖ s ‖ v`, signers strictly ascending, s in the lower half order.
/// - Several reports fit into one transaction through `multicall`.
interface ISignedSource is IPriceSource {
    event PriceReported(MarketId indexed market, uint128 price, uint48 observedAt);
    event CandleReported(
        MarketId indexed market, uint48 start, uint48 end, uint128 open, uint128 high, uint128 low, uint128 close
    );
    event SignersChanged(address[] signers, uint8 quorum);

    error QuorumShort(uint256 signatures, uint256 quorum);
    error QuorumInvalid(uint256 quorum, uint256 signers);
    error SignatureLengthInvalid(uint256 length);
    error SignerUnknown(address signer);
    error SignersNotAscending(address signer, address previous);
    error ReportNotNewer(uint256 observedAt, uint256 lastObservedAt);
    error ReportFromFuture(uint256 observedAt, uint256 blockTimestamp);
    error ReportPriceZero(MarketId market);
    error CandleMalformed(MarketId market, uint256 start);

    /// @notice Stores `price` as the newest price of `market`.
    /// @dev - Reverts unless `observedAt` is newer than the stored one and not in the future.
    /// @custom:access anyone holding the signatures of a quorum
    function submitPrice(MarketId market, uint128 price, uint48 observedAt, bytes calldata signatures) external;

    /// @notice Stores `candle` as the newest closed candle of `market`.
    /// @dev - Reverts unless it starts at or after the end of the stored one and has ended.
    /// - A stored candle that `PriceBook.close` has not yet taken is replaced: submit in order, close in between.
    /// - Prices from 2^104 on are refused, so that a candle fits into two slots.
    /// @custom:access anyone holding the signatures of a quorum
    function submitCandle(MarketId market, Candle calldata candle, bytes calldata signatures) external;

    /// @notice Replaces the signer set.
    /// @dev - `newSigners` strictly ascending, none zero; more than half and at least one of them form a quorum.
    /// @custom:access governor
    function setSigners(address[] calldata newSigners, uint8 newQuorum) external;

    /// @notice Returns the newest closed candle of `market`; all zero when none was ever reported.
    function candle(MarketId market) external view returns (Candle memory);

    function signers() external view returns (address[] memory);

    function quorum() external view returns (uint8);
}
