// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/interfaces/IERC20Metadata.sol";
import {IAuction} from "./IAuction.sol";
import {IMandate} from "./IMandate.sol";
import {IPriceBook} from "./IPriceBook.sol";
import {MarketId} from "./IPriceSource.sol";
import {FeedId, ISignalFeed} from "./ISignalFeed.sol";

/// One market a vault may hold beside its base asset.
struct Position {
    address token;
    MarketId market; // quoted in the vault's base asset
    FeedId feed; // volatility of that market
}

/// Everything fixed about a vault when it is created.
struct VaultParams {
    IERC20Metadata asset; // the base asset, at most 24 decimals
    string name;
    string symbol;
    IPriceBook priceBook;
    ISignalFeed signalFeed;
    IMandate mandate; // as many allocations as there are positions
    Position[] positions; // one to eight
}

/// What fees are measured from, and those not yet minted.
struct FeeState {
    uint128 mark; // highest NAV per share so far, WAD base units per 1e6 share units; saturates, above is no gain
    uint128 feeShares; // charged already, to be minted by `accrue`
    uint48 accruedAt; // unix seconds, the last accrual
    uint16 managementFeeBps; // as it was then; the lower of it and the present rate is charged for the time since
    uint16 performanceFeeBps; // as it was then, or lower since; the same for the gain since
}

/// A place in the queue of those who leave at the next price.
struct ExitRequest {
    // slot 0: 20 + 6 bytes, 6 free
    address owner; // who is paid
    uint48 requestedAt; // unix seconds; settled at prices observed later only
    // slot 1
    uint128 shares; // still held in escrow; 0 = settled or cancelled
}

/// @title IVault
/// @notice An ERC-4626 vault whose weights follow signals that the chain has computed.
/// @dev Balances are a ledger: tokens sent to the vault count only after `skim`.
/// Share price: (NAV + 1) / (supply + 1e6), where supply includes the fee shares that are due, minted or not.
/// `convertTo*` are without spread; `preview*` and `max*` include it.
/// Stated ERC-4626 deviation: while a market is halted, its price too old, or inside a fill, `totalAssets`,
/// `convertTo*` and `preview*` revert by name and `max*` return 0.
/// The vault itself is nobody's receiver: it is refused by name.
/// @custom:invariant VLT-1 Σ shares = supply and assets ≥ claims in every conversion
/// @custom:invariant VLT-2 NAV per share never falls by a deposit, mint, withdrawal, transfer or donation of others
/// @custom:invariant VLT-4 in-kind exit always succeeds, the same transaction's fill callback excepted
interface IVault is IERC4626, IAuction {
    event PositionAdded(uint256 indexed position, address indexed token, MarketId indexed market, FeedId feed);
    event ExitedInKind(
        address indexed caller, address indexed receiver, address indexed owner, uint256 shares, uint256[] amounts
    );
    event ClaimAdded(address indexed owner, address indexed token, uint256 amount);
    event Claimed(address indexed owner, address indexed token, uint256 amount);
    event Skimmed(address indexed token, uint256 amount);
    event ExitRequested(uint256 indexed id, address indexed owner, uint256 shares);
    event ExitCancelled(uint256 indexed id, address indexed owner, uint256 shares);
    event ExitSettled(uint256 indexed id, address indexed owner, uint256 shares, uint256 assets);
    event FeesAccrued(uint256 managementShares, uint256 performanceShares, uint256 mark);
    event FeesMinted(address indexed feeRecipient, uint256 shares);

    error InsideFill();
    error ReceiverInvalid(address receiver);
    error SharesZero();
    error ExitUnknown(uint256 id, address owner);
    error ExitNotCancellable(uint256 id, uint256 cancellableAt);
    error VaultParamInvalid(bytes32 name, uint256 value, uint256 bound);
    error DeadlinePassed(uint256 deadline, uint256 blockTimestamp);
    error SharesBelowMin(uint256 shares, uint256 minShares);
    error AssetsBelowMin(uint256 assets, uint256 minAssets);
    error TransferNotExact(address token, uint256 received, uint256 expected);
    error ClaimMissing(address owner, address token);
    error PositionInvalid(uint256 position, address token);
    error PositionCountInvalid(uint256 positions, uint256 allocations);
    error TooManyDecimals(address token, uint256 decimals);
    error ValueTooLarge(MarketId market, uint256 maxValue);
    error ExitGasTooLow(uint256 gas, uint256 minGas);

    /* ENTER */

    /// @notice ERC-4626 `deposit` that reverts unless at least `minShares` are minted by `deadline`.
    /// @dev - The spread stays with the other shares; without other shares there is none.
    /// @custom:access anyone
    /// @custom:rounding shares down, against the caller
    function deposit(uint256 assets, address receiver, uint256 minShares, uint256 deadline)
        external
        returns (uint256 shares);

    /// @notice The same after the caller's ERC-2612 permit over exactly `assets`, with the same deadline.
    /// @dev - A permit that fails, such as one that somebody else has sent already, leaves the allowance to decide.
    /// @custom:access anyone
    /// @custom:rounding shares down, against the caller
    function depositWithPermit(
        uint256 assets,
        address receiver,
        uint256 minShares,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (uint256 shares);

    /* LEAVE IN CASH */

    /// @notice ERC-4626 `redeem` from idle cash that reverts unless at least `minAssets` are paid by `deadline`.
    /// @custom:access owner or approved spender
    /// @custom:rounding assets down, against the owner
    function redeem(uint256 shares, address receiver, address owner, uint256 minAssets, uint256 deadline)
        external
        returns (uint256 assets);

    /* LEAVE AT THE NEXT PRICE */

    /// @notice Escrows `shares` and queues them for cash at a later price; the next auction sells for them.
    /// @dev - Binding: it could otherwise be taken back once the vault has sold at the others' cost.
    /// - The queue holds at most 2^128 share units.
    /// @custom:access owner or approved spender
    /// @return id place in the queue, from 0
    function requestExit(uint256 shares, address owner) external returns (uint256 id);

    /// @notice Gives back what is left of a request while prices cannot value the vault, or once it is older than the
    /// mandate's `maxPriceAge`.
    /// @custom:access owner of the request
    function cancelExit(uint256 id) external;

    /// @notice Pays requests out of idle cash, first come first served, as claims of their owners on the base asset.
    /// @dev - A request is settled only at prices that were all observed after it. The first one that cash does not
    /// cover is settled in part. Every fill does the same for at most eight.
    /// @param maxCount how many places of the queue to look at, cancelled ones included
    /// @custom:access anyone
    /// @custom:rounding assets down, against the owner
    function settleExits(uint256 maxCount) external;

    /* LEAVE IN KIND */

    /// @notice Burns `shares` for their part of each ledger balance: base asset first, then every position.
    /// @dev - Needs no price and cannot be paused. A token whose transfer fails becomes a claim of `receiver`.
    /// - Each transfer gets a fixed amount of gas; reverts before one that could not be given all of it.
    /// - Accrues the management fee first, the performance fee too when prices can value the vault.
    /// @custom:access owner or approved spender
    /// @custom:rounding amounts down, against the owner
    /// @return amounts base asset, then one per position, native decimals
    function exitInKind(uint256 shares, address receiver, address owner) external returns (uint256[] memory amounts);

    /// @notice Pays out the caller's claim on `token`.
    /// @custom:access claim owner
    function claim(address token, address receiver) external returns (uint256 amount);

    /* FEES */

    /// @notice Charges the fees that are due and mints all fee shares charged so far to the mandate's fee recipient.
    /// @dev - With f = min(rate·time / 365 days, 5 %): supply·f / (1 − f) shares for management; then, with fee =
    /// rate·(NAV per share − mark)·supply, supply·fee / (NAV − fee) for performance, when prices can value the vault.
    /// - The mark is the vault's, not the holder's: who enters below it pays nothing until it is passed.
    /// - The same is charged at every entry, exit and fill and inside every preview, at rates never above those at the
    /// accrual before. From then on the shares count in every conversion; only minting them waits for this call.
    /// @custom:access anyone
    /// @custom:rounding fee shares down, mark up, against the fee recipient
    function accrue() external;

    function feeState() external view returns (FeeState memory);

    /* DONATIONS */

    /// @notice Adds tokens that arrived outside the ledger to it, for the benefit of all shares.
    /// @dev - Takes nothing and returns 0 while there are no shares.
    /// @custom:access anyone
    function skim(address token) external returns (uint256 amount);

    /* VIEWS */

    /// @notice Returns a request; all zero when there never was one.
    function exitRequest(uint256 id) external view returns (ExitRequest memory);

    /// @notice Returns the first request not yet dealt with, the id of the next one, and the shares of all.
    function exitQueue() external view returns (uint256 head, uint256 tail, uint256 shares);

    /// @notice Base asset in the ledger, native decimals.
    function idle() external view returns (uint256);

    /// @notice Position token in the ledger, native decimals.
    function holding(uint256 position) external view returns (uint256);

    function claimOf(address owner, address token) external view returns (uint256);

    /// @notice Present weight of `position` in NAV.
    /// @custom:rounding down
    function weightBps(uint256 position) external view returns (uint16);

    function position(uint256 index) external view returns (Position memory);

    function positions() external view returns (uint256 count);

    function mandate() external view returns (IMandate);

    /// @notice Where the vault reads its prices; fixed.
    function priceBook() external view returns (IPriceBook);

    /// @notice Where the vault reads its signals; fixed.
    function signalFeed() external view returns (ISignalFeed);
}
