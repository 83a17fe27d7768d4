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

/// @title IVault
/// @notice An ERC-4626 vault whose weights follow signals that the chain has computed.
/// @dev Balances are a ledger: tokens sent to the vault count only after `skim`.
/// Stated ERC-4626 deviation: while a market is halted, its price too old, or inside a fill, `totalAssets`,
/// `convertTo*` and `preview*` revert by name and `max*` return 0.
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

    error InsideFill();
    error DeadlinePassed(uint256 deadline, uint256 blockTimestamp);
    error SharesBelowMin(uint256 shares, uint256 minShares);
    error AssetsBelowMin(uint256 assets, uint256 minAssets);
    error TransferNotExact(address token, uint256 received, uint256 expected);
    error ClaimMissing(address owner, address token);
    error PositionInvalid(uint256 position, address token);
    error PositionCountInvalid(uint256 positions, uint256 allocations);
    error TooManyDecimals(address token, uint256 decimals);
    error ExitGasTooLow(uint256 gas, uint256 minGas);

    /// @notice ERC-4626 `deposit` that reverts unless at least `minShares` are minted before `deadline`.
    /// @custom:access anyone
    /// @custom:rounding shares down, against the caller
    function deposit(uint256 assets, address receiver, uint256 minShares, uint256 deadline)
        external
        returns (uint256 shares);

    /// @notice ERC-4626 `redeem` from idle cash that reverts unless at least `minAssets` are paid before `deadline`.
    /// @custom:access owner or approved spender
    /// @custom:rounding assets down, against the owner
    function redeem(uint256 shares, address receiver, address owner, uint256 minAssets, uint256 deadline)
        external
        returns (uint256 assets);

    /// @notice Burns `shares` for their part of each ledger balance: base asset first, then every position.
    /// @dev - Needs no price and cannot be paused. A token whose transfer fails becomes a claim of `receiver`.
    /// - Each transfer gets a fixed amount of gas; reverts before one that could not be given all of it.
    /// @custom:access owner or approved spender
    /// @custom:rounding amounts down, against the owner
    /// @return amounts base asset, then one per position, native decimals
    function exitInKind(uint256 shares, address receiver, address owner) external returns (uint256[] memory amounts);

    /// @notice Pays out the caller's claim on `token`.
    /// @custom:access claim owner
    function claim(address token, address receiver) external returns (uint256 amount);

    /// @notice Adds tokens that arrived outside the ledger to it, for the benefit of all shares.
    /// @dev - Takes nothing and returns 0 while there are no shares.
    /// @custom:access anyone
    function skim(address token) external returns (uint256 amount);

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
