// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/interfaces/IERC20Metadata.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import {FixedPointMathLib as Math} from "solady/src/utils/FixedPointMathLib.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IVault, VaultParams} from "../interfaces/IVault.sol";
import {Auction} from "./Auction.sol";
import {Fees} from "./Fees.sol";
import {Ledger} from "./Ledger.sol";

// A vault's life: people deposit the base asset, auctions move it between that asset and the positions (Auction), its
// books and their value are kept apart from token balances (Ledger), holding a share costs a fee (Fees), people leave
// in cash now, in cash at the next price, or in kind (Exits).
//
// SHARE PRICE
// (NAV + 1) / (supply + 10^6), rounded against whoever acts; share decimals = base decimals + 6.
// Supply includes the fee shares that are due, minted or not: conversions and previews answer what execution would.
// The virtual million makes inflating the first deposit cost a million times what it could take.
//
// SPREADS
// Entry and exit in cash leave a part of the assets to the other shares, together at least the uncertainty of a price
// and the slippage of an auction: a stale price is worth nobody's round trip. Without other shares there is none.
//
// FEES
// Management first, for the time; then performance, for the gain above the mark; as shares for the fee recipient.
// Charged at every entry, exit and fill, at no rate above the one at the accrual before; minted by `accrue`.
// The mark is the vault's: who enters below it pays nothing until it is passed.
//
// EXITS
// In cash at once: needs every price to be at most `entryMaxAge` old; bounded by idle cash; sells nothing.
// In cash at the next price: binding, first come first served; the next auction sells for it, whatever the budgets say.
// In kind: needs no price and nobody's permission.
// Outside a halt one of the first two pays now or within a signal round.
//
// LIMITS
// Every changeable number belongs to the mandate, which judges each fill once more from what is left.
// Deposits stop at its cap and while it pauses them; leaving never does.
//
// HALTS
// While a market is halted, its price too old, or inside a fill, maxima are zero and values revert by name.
//
// TOKEN REQUIREMENTS
// A transfer that delivers less than it says is refused; surplus of any kind waits for `skim`.
// Tokens that rebase, charge the sender, or lie in `balanceOf` are not supported: what arrives is measured by it, so
// a token that lies can feign the payment for a fill or a deposit. A position is as trustworthy as its token.
//
// ROLES
// None. Limits belong to the mandate, prices to the book, signals to the feed.
//
// LIVENESS
// Anyone opens, fills, settles, accrues and skims. No token, filler or receiver can stop another's exit.
contract Vault is ERC4626, ERC20Permit, Auction {
    using SafeCast for uint256;

    constructor(VaultParams memory params)
        ERC20(params.name, params.symbol)
        ERC20Permit(params.name)
        ERC4626(params.asset)
        Ledger(params)
        Fees(params)
    {}

    /* ENTER */

    /// @inheritdoc IERC4626
    function deposit(uint256 assets, address receiver)
        public
        override(ERC4626, IERC4626)
        nonReentrant
        returns (uint256 shares)
    {
        Books memory b = _books(entryMaxAge, NO_POSITION);
        _checkReceiver(receiver);
        uint256 maxAssets = _maxDeposit(b);
        require(assets <= maxAssets, ERC4626ExceededMaxDeposit(receiver, assets, maxAssets));

        shares = _sharesIn(b, assets);
        _accrue(b);
        _deposit(msg.sender, receiver, assets, shares);
    }

    /// @inheritdoc IERC4626
    function mint(uint256 shares, address receiver)
        public
        override(ERC4626, IERC4626)
        nonReentrant
        returns (uint256 assets)
    {
        Books memory b = _books(entryMaxAge, NO_POSITION);
        _checkReceiver(receiver);
        uint256 maxShares = _maxMint(b);
        require(shares <= maxShares, ERC4626ExceededMaxMint(receiver, shares, maxShares));

        assets = _assetsIn(b, shares);
        _accrue(b);
        _deposit(msg.sender, receiver, assets, shares);
    }

    /// @inheritdoc IVault
    function deposit(uint256 assets, address receiver, uint256 minShares, uint256 deadline)
        public
        returns (uint256 shares)
    {
        _checkDeadline(deadline);

        shares = deposit(assets, receiver);
        require(shares >= minShares, SharesBelowMin(shares, minShares));
    }

    /// @inheritdoc IVault
    function depositWithPermit(
        uint256 assets,
        address receiver,
        uint256 minShares,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (uint256 shares) {
        try IERC20Permit(asset()).permit(msg.sender, address(this), assets, deadline, v, r, s) {} catch {}

        return deposit(assets, receiver, minShares, deadline);
    }

    function _transferIn(address from, uint256 assets) internal override {
        uint256 balanceBefore = _balanceOf(base);
        super._transferIn(from, assets);
        uint256 received = _balanceOf(base) - balanceBefore;
        require(received == assets, TransferNotExact(address(base), received, assets));

        account.cash = (account.cash + assets).toUint128();
    }

    function _checkDeadline(uint256 deadline) private view {
        require(block.timestamp <= deadline, DeadlinePassed(deadline, block.timestamp));
    }

    /* LEAVE IN CASH */

    /// @inheritdoc IERC4626
    function withdraw(uint256 assets, address receiver, address owner)
        public
        override(ERC4626, IERC4626)
        nonReentrant
        returns (uint256 shares)
    {
        Books memory b = _books(entryMaxAge, NO_POSITION);
        _checkReceiver(receiver);
        uint256 maxAssets = _maxWithdraw(b, owner);
        require(assets <= maxAssets, ERC4626ExceededMaxWithdraw(owner, assets, maxAssets));

        shares = _sharesOut(b, assets);
        _accrue(b);
        _withdraw(msg.sender, receiver, owner, assets, shares);
    }

    /// @inheritdoc IERC4626
    function redeem(uint256 shares, address receiver, address owner)
        public
        override(ERC4626, IERC4626)
        nonReentrant
        returns (uint256 assets)
    {
        Books memory b = _books(entryMaxAge, NO_POSITION);
        _checkReceiver(receiver);
        uint256 maxShares = _maxRedeem(b, owner);
        require(shares <= maxShares, ERC4626ExceededMaxRedeem(owner, shares, maxShares));

        assets = _assetsOut(b, shares);
        _accrue(b);
        _withdraw(msg.sender, receiver, owner, assets, shares);
    }

    /// @inheritdoc IVault
    function redeem(uint256 shares, address receiver, address owner, uint256 minAssets, uint256 deadline)
        external
        returns (uint256 assets)
    {
        _checkDeadline(deadline);

        assets = redeem(shares, receiver, owner);
        require(assets >= minAssets, AssetsBelowMin(assets, minAssets));
    }

    function _transferOut(address to, uint256 assets) internal override {
        account.cash -= uint128(assets); // safe: at most the cash
        super._transferOut(to, assets);
    }

    /* DONATIONS */

    /// @inheritdoc IVault
    function skim(address token) external nonReentrant returns (uint256 amount) {
        uint256 index = _indexOf(token);
        if (totalSupply() == 0) return 0; // it would go to the virtual shares, that is, to nobody

        uint256 kept = index == positions ? account.cash : holdings[index].amount;
        amount = Math.zeroFloorSub(_balanceOf(IERC20(token)), kept + claims[token]);
        if (amount == 0) return 0;

        if (index == positions) account.cash = (kept + amount).toUint128();
        else holdings[index].amount = (kept + amount).toUint128();
        emit Skimmed(token, amount);
    }

    /// The base asset comes after the last position.
    function _indexOf(address token) private view returns (uint256 index) {
        while (index < positions && address(holdings[index].token) != token) ++index;
        require(index < positions || token == address(base), PositionInvalid(index, token));
    }

    /* VALUE */

    /// The books, or a revert that says why there are none.
    function _pricedBooks() private view outsideFill returns (Books memory b) {
        b = _books(maxPriceAge, NO_POSITION);
        _checkPriced(b.value, maxPriceAge);
    }

    /// @inheritdoc IERC4626
    function totalAssets() public view override(ERC4626, IERC4626) returns (uint256) {
        return _pricedBooks().value.nav;
    }

    /// @inheritdoc IVault
    function weightBps(uint256 index) external view outsideFill returns (uint16) {
        _holding(index); // exists
        Valuation memory v;
        _valueInto(v, maxPriceAge, index);
        _checkPriced(v, maxPriceAge);
        return uint16(_weight(v.value, v.nav)); // safe: at most 1e4
    }

    /// @inheritdoc IERC4626
    function convertToShares(uint256 assets) public view override(ERC4626, IERC4626) returns (uint256) {
        return _toSharesDown(_pricedBooks(), assets);
    }

    /// @inheritdoc IERC4626
    function convertToAssets(uint256 shares) public view override(ERC4626, IERC4626) returns (uint256) {
        return _toAssetsDown(_pricedBooks(), shares);
    }

    /// @inheritdoc IERC4626
    function previewDeposit(uint256 assets) public view override(ERC4626, IERC4626) returns (uint256) {
        return _sharesIn(_pricedBooks(), assets);
    }

    /// @inheritdoc IERC4626
    function previewMint(uint256 shares) public view override(ERC4626, IERC4626) returns (uint256) {
        return _assetsIn(_pricedBooks(), shares);
    }

    /// @inheritdoc IERC4626
    function previewWithdraw(uint256 assets) public view override(ERC4626, IERC4626) returns (uint256) {
        return _sharesOut(_pricedBooks(), assets);
    }

    /// @inheritdoc IERC4626
    function previewRedeem(uint256 shares) public view override(ERC4626, IERC4626) returns (uint256) {
        return _assetsOut(_pricedBooks(), shares);
    }

    /* MAXIMA */

    /// @inheritdoc IERC4626
    function maxDeposit(address) public view override(ERC4626, IERC4626) returns (uint256) {
        return _maxDeposit(_entryBooks());
    }

    /// @inheritdoc IERC4626
    function maxMint(address) public view override(ERC4626, IERC4626) returns (uint256) {
        return _maxMint(_entryBooks());
    }

    /// @inheritdoc IERC4626
    function maxWithdraw(address owner) public view override(ERC4626, IERC4626) returns (uint256) {
        return _maxWithdraw(_entryBooks(), owner);
    }

    /// @inheritdoc IERC4626
    function maxRedeem(address owner) public view override(ERC4626, IERC4626) returns (uint256) {
        return _maxRedeem(_entryBooks(), owner);
    }

    /// The books as those see them who enter, or leave at once; not priced inside a fill.
    function _entryBooks() private view returns (Books memory b) {
        if (!isInsideFill) b = _books(entryMaxAge, NO_POSITION);
    }

    function _maxDeposit(Books memory b) private view returns (uint256) {
        if (!b.value.isPriced || block.timestamp < b.terms.entryPausedUntil) return 0;
        return Math.zeroFloorSub(b.terms.depositCap, b.value.nav);
    }

    /// What the cap leaves, as shares; saturates where NAV is next to nothing and the supply enormous.
    function _maxMint(Books memory b) private view returns (uint256) {
        uint256 assets = _maxDeposit(b);
        assets -= _entrySpread(b, assets);
        uint256 shares = Math.saturatingMul(assets, b.supply + VIRTUAL_SHARES) / (b.value.nav + 1);
        return Math.min(shares, type(uint256).max - VIRTUAL_SHARES - b.supply);
    }

    function _maxWithdraw(Books memory b, address owner) private view returns (uint256) {
        return b.value.isPriced ? Math.min(_assetsOut(b, balanceOf(owner)), b.value.idle) : 0;
    }

    function _maxRedeem(Books memory b, address owner) private view returns (uint256) {
        return b.value.isPriced ? _sharesPayable(b, balanceOf(owner)) : 0;
    }

    /// @inheritdoc IERC20Metadata
    function decimals() public view override(ERC20, ERC4626, IERC20Metadata) returns (uint8) {
        return super.decimals();
    }

    function _decimalsOffset() internal pure override returns (uint8) {
        return DECIMALS_OFFSET;
    }
}
