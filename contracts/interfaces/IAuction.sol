// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// One Dutch auction: the vault moves a position toward its target weight.
struct AuctionState {
    uint32 round; // signal round that opened it; 0 = none yet
    uint48 start; // unix seconds
    int128 remaining; // token units still to trade; positive: the vault buys, negative: it sells
}

/// @title IAuction
/// @notice The part of a vault that keepers compete in.
/// @dev With e = now − start: off = premium − (premium + slippage)·e/life in signed bps, division rounding in the
/// vault's favour; e > life is closed. The vault sells at P·(1e4 + off)/1e4 and buys at P·(1e4 − off)/1e4, where P is
/// the stored median at the fill. Auctions escrow nothing.
/// Amounts treat the value R of all requested exits as owed: weights and the cash floor are parts of NAV − R.
/// What the vault buys is sized so that, even at the worst price, the weight stays at or below its target and the
/// cash at or above its floor; it buys nothing under a stale signal or below the greatest drawdown.
/// Shortfall is what cash lacks to pay R and keep its floor, over 1 − slippage; each position sells its part of it, by
/// value, even where its weight asks for less. Only what requests lack beyond idle cash is exempt from the mandate's
/// budgets: shares are burned for it.
/// @custom:invariant VLT-5 no sequence of keeper calls takes value below the auction floor
interface IAuction {
    /// `amount` in token units; positive: the vault wants to buy, negative: to sell.
    event AuctionOpened(
        uint256 indexed position,
        uint32 indexed round,
        int256 amount,
        uint16 targetWeightBps,
        uint16 weightBps,
        uint128 price
    );
    /// `tokenDelta` and `baseDelta` are what the vault's ledger gained (positive) or gave (negative).
    event AuctionFilled(
        uint256 indexed position,
        uint32 indexed round,
        address indexed filler,
        int256 tokenDelta,
        int256 baseDelta,
        uint128 price,
        int16 offBps
    );

    error AuctionNotDue(uint256 position);
    error AuctionNotOpen(uint256 position);
    error FillTooSmall(uint256 amount, uint256 minAmount);
    error FillTooLarge(uint256 amount, uint256 maxAmount);
    error LimitExceeded(uint256 baseAmount, uint256 limit);
    error Underpaid(uint256 received, uint256 owed);

    /// @notice Opens the auction of `position` when it is due and none is live.
    /// @dev - Under a fresh signal: once a round, when the weight is out of band or cash is short.
    /// - Under a stale one: whenever cash is short; and, from `unwindDelay` beyond the greatest age on, to sell all of
    /// it.
    /// - The signal is the feed's newest at an accepted level. Without any, never published or fallen out of the feed's
    /// ring, it is stale since ever.
    /// - Not due while the mandate's budgets allow nothing.
    /// @custom:access anyone
    function open(uint256 position) external;

    /// @notice Trades `amount` token units with the vault at the auction's present price.
    /// @dev - The vault pays first; then, when `data` is not empty, calls `onFill` on the caller; then collects what
    /// it is owed from the caller by allowance (no data) or checks that it has arrived (data).
    /// - Accrues fees first; after it the mandate checks every limit, and requested exits are settled, eight at most.
    /// - The position's price is at most `fillMaxAge` old, read once, before the callback.
    /// @param amount token units, always positive; the auction's side decides who buys
    /// @param limit the most base units the caller pays, or the least it accepts
    /// @custom:access anyone
    /// @custom:rounding base amount in the vault's favour
    /// @return baseAmount base units paid or received by the caller
    function fill(uint256 position, uint256 amount, uint256 limit, bytes calldata data)
        external
        returns (uint256 baseAmount);

    /// @notice Returns the auction that `open(position)` would start now; reverts as it would.
    /// @custom:rounding amount down for a purchase, up for a sale: toward cash
    function previewOpen(uint256 position) external view returns (AuctionState memory);

    /// @notice Returns whether `open(position)` would succeed now.
    function isDue(uint256 position) external view returns (bool);

    /// @notice Returns the auction while it can be filled; all zero otherwise.
    function openAuction(uint256 position) external view returns (AuctionState memory);

    /// @notice Returns what a fill of `amount` costs (vault sells) or pays (vault buys) now, and its bounds.
    /// @dev - The bounds know every limit: an amount within them passes the mandate.
    /// - What is owed to requested exits falls with each second's fee, and the most a sale takes with it: leave a
    /// margin when quoting ahead.
    /// @custom:rounding base amount in the vault's favour, bounds down
    function quoteFill(uint256 position, uint256 amount)
        external
        view
        returns (uint256 baseAmount, uint256 minAmount, uint256 maxAmount, int16 offBps);
}

/// @title IFillCallback
/// @notice Implemented by fillers that want the vault's side first.
interface IFillCallback {
    /// @notice Called by the vault after it has paid; `owed` units of `owedToken` must reach it before this returns.
    /// @param paidToken what the vault has sent
    /// @param paid how much of it
    function onFill(address paidToken, uint256 paid, address owedToken, uint256 owed, bytes calldata data) external;
}
