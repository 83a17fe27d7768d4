// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/interfaces/IERC20Metadata.sol";
import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {LibCall} from "solady/src/utils/LibCall.sol";
import {IVault, VaultParams} from "../interfaces/IVault.sol";
import {Auction} from "./Auction.sol";
import {Ledger} from "./Ledger.sol";

// A vault's life: people deposit the base asset, auctions move it between that asset and the positions (Auction), its
// books and their value are kept apart from token balances (Ledger), people leave in cash or in kind.
//
// SHARE PRICE
// (NAV + 1) / (supply + 10^6), rounded against whoever acts; share decimals = base decimals + 6.
// The virtual million makes inflating the first deposit cost a million times what it could take.
//
// ENTRY AND EXIT
// Deposits, mints, withdrawals and redemptions need every price to be at most `entryMaxAge` old.
// Withdrawals and redemptions are paid from idle cash and bounded by it; nothing is sold for them.
//
// EXIT IN KIND
// Needs no price, no signal, no auction and nobody's permission; only a fill's own callback cannot use it.
// Its denominator has the same virtual shares: leaving in kind never takes what leaving in cash would not.
// A token that reverts, burns its gas, answers false or returns too much costs its receiver a claim, nobody an exit.
//
// TOKENS
// A transfer that delivers less than it says is refused. Tokens that rebase or that charge the sender are not
// supported; surplus of any kind waits for `skim`.
//
// ROLES
// None. Limits belong to the mandate, prices to the book, signals to the feed.
contract Vault is ERC4626, ERC20Permit, Auction {
    using SafeERC20 for IERC20;

    uint8 private constant DECIMALS_OFFSET = 6;
    uint256 private constant VIRTUAL_SHARES = 10 ** DECIMALS_OFFSET;
    uint256 private constant EXIT_TRANSFER_GAS = 300_000; // a proxied, rebasing token takes about 200,000

    constructor(VaultParams memory params)
        ERC20(params.name, params.symbol)
        ERC20Permit(params.name)
        ERC4626(params.asset)
        Ledger(params)
    {}

    /* ENTER */

    /// @inheritdoc IVault
    function deposit(uint256 assets, address receiver, uint256 minShares, uint256 deadline)
        external
        returns (uint256 shares)
    {
        require(block.timestamp <= deadline, DeadlinePassed(deadline, block.timestamp));

        shares = deposit(assets, receiver);
        require(shares >= minShares, SharesBelowMin(shares, minShares));
    }

    function _deposit(address caller, address receiver, uint256 assets, uint256 shares) internal override nonReentrant {
        super._deposit(caller, receiver, assets, shares);
    }

    function _transferIn(address from, uint256 assets) internal override {
        uint256 balanceBefore = base.balanceOf(address(this));
        super._transferIn(from, assets);
        uint256 received = base.balanceOf(address(this)) - balanceBefore;
        require(received == assets, TransferNotExact(address(base), received, assets));

        ledger[address(base)] += assets;
    }

    /* LEAVE IN CASH */

    /// @inheritdoc IVault
    function redeem(uint256 shares, address receiver, address owner, uint256 minAssets, uint256 deadline)
        external
        returns (uint256 assets)
    {
        require(block.timestamp <= deadline, DeadlinePassed(deadline, block.timestamp));

        assets = redeem(shares, receiver, owner);
        require(assets >= minAssets, AssetsBelowMin(assets, minAssets));
    }

    function _withdraw(address caller, address receiver, address owner, uint256 assets, uint256 shares)
        internal
        override
        nonReentrant
    {
        super._withdraw(caller, receiver, owner, assets, shares);
    }

    function _transferOut(address to, uint256 assets) internal override {
        ledger[address(base)] -= assets;
        super._transferOut(to, assets);
    }

    /* LEAVE IN KIND */

    /// @inheritdoc IVault
    function exitInKind(uint256 shares, address receiver, address owner)
        external
        nonReentrant
        returns (uint256[] memory amounts)
    {
        require(receiver != address(0), ERC20InvalidReceiver(receiver));
        if (msg.sender != owner) _spendAllowance(owner, msg.sender, shares);

        uint256 supply = totalSupply() + VIRTUAL_SHARES;
        uint256 count = 1 + positions();
        address[] memory tokens = new address[](count);
        amounts = new uint256[](count);
        for (uint256 i; i < count; ++i) {
            tokens[i] = i == 0 ? address(base) : address(_holding(i - 1).token);
            amounts[i] = Math.mulDiv(ledger[tokens[i]], shares, supply);
        }

        _burn(owner, shares);
        for (uint256 i; i < count; ++i) {
            ledger[tokens[i]] -= amounts[i];
        }
        emit ExitedInKind(msg.sender, receiver, owner, shares, amounts);

        for (uint256 i; i < count; ++i) {
            if (amounts[i] > 0 && !_tryTransfer(tokens[i], receiver, amounts[i])) {
                _addClaim(receiver, tokens[i], amounts[i]);
            }
        }
    }

    /// Sends with bounded gas and reads a bounded answer; whatever else the token does is its receiver's claim.
    function _tryTransfer(address token, address to, uint256 amount) private returns (bool) {
        // A call may be given 63/64 of what is left: nobody can turn a transfer into a claim by starving it.
        uint256 minGas = EXIT_TRANSFER_GAS * 64 / 63 + 10_000;
        require(gasleft() >= minGas, ExitGasTooLow(gasleft(), minGas));

        (bool success,, bytes memory answer) =
            LibCall.tryCall(token, 0, EXIT_TRANSFER_GAS, 32, abi.encodeCall(IERC20.transfer, (to, amount)));
        bool isSilent = answer.length == 0 && token.code.length > 0;
        return success && (isSilent || (answer.length == 32 && uint256(bytes32(answer)) == 1));
    }

    function _addClaim(address owner, address token, uint256 amount) private {
        claimOf[owner][token] += amount;
        claims[token] += amount;
        emit ClaimAdded(owner, token, amount);
    }

    /// @inheritdoc IVault
    function claim(address token, address receiver) external nonReentrant returns (uint256 amount) {
        amount = claimOf[msg.sender][token];
        require(amount > 0, ClaimMissing(msg.sender, token));

        claimOf[msg.sender][token] = 0;
        claims[token] -= amount;
        emit Claimed(msg.sender, token, amount);

        IERC20(token).safeTransfer(receiver, amount);
    }

    /* DONATIONS */

    /// @inheritdoc IVault
    function skim(address token) external nonReentrant returns (uint256 amount) {
        require(token == address(base) || _isPosition(token), PositionInvalid(positions(), token));
        if (totalSupply() == 0) return 0; // it would go to the virtual shares, that is, to nobody

        amount = Math.saturatingSub(IERC20(token).balanceOf(address(this)), ledger[token] + claims[token]);
        if (amount == 0) return 0;

        ledger[token] += amount;
        emit Skimmed(token, amount);
    }

    /* VALUE */

    /// @inheritdoc IERC4626
    function totalAssets() public view override(ERC4626, IERC4626) outsideFill returns (uint256) {
        return _nav(mandate.params().maxPriceAge);
    }

    /// @inheritdoc IVault
    function weightBps(uint256 index) external view outsideFill returns (uint16) {
        Holding storage held = _holding(index);
        uint256 maxAge = mandate.params().maxPriceAge;
        return _weight(_toBase(held, ledger[address(held.token)], _price(held, maxAge)), _nav(maxAge));
    }

    /// @inheritdoc IERC4626
    function maxDeposit(address) public view override(ERC4626, IERC4626) returns (uint256) {
        return _isPassable() ? Math.saturatingSub(type(uint128).max, idle()) : 0;
    }

    /// @inheritdoc IERC4626
    function maxMint(address receiver) public view override(ERC4626, IERC4626) returns (uint256) {
        uint256 assets = maxDeposit(receiver);
        return assets == 0 ? 0 : convertToShares(assets);
    }

    /// @inheritdoc IERC4626
    function maxRedeem(address owner) public view override(ERC4626, IERC4626) returns (uint256) {
        return _isPassable() ? Math.min(balanceOf(owner), convertToShares(idle())) : 0;
    }

    /// @inheritdoc IERC4626
    function maxWithdraw(address owner) public view override(ERC4626, IERC4626) returns (uint256) {
        uint256 shares = maxRedeem(owner);
        return shares == 0 ? 0 : previewRedeem(shares);
    }

    /// Whether shares may be priced for entry and exit in cash now.
    function _isPassable() private view returns (bool) {
        return !isInsideFill && _isPriced(mandate.params().entryMaxAge);
    }

    /// @inheritdoc IERC20Metadata
    function decimals() public view override(ERC20, ERC4626, IERC20Metadata) returns (uint8) {
        return super.decimals();
    }

    function _decimalsOffset() internal pure override returns (uint8) {
        return DECIMALS_OFFSET;
    }
}
